#pragma once

#include "authcore/profile/backendprofile.h"

#include <QtCore/QJsonArray>

namespace support {

//! A profile in which no field has its default value.
inline authcore::BackendProfile unusualProfile()
{
    using namespace Qt::StringLiterals;
    using namespace std::chrono_literals;
    using namespace authcore;
    BackendProfile profile;
    profile.id = u"mine/ä"_s;
    profile.name = u"Mine \"quoted\""_s;
    profile.baseUrl = QUrl(u"https://example.org:8443/app%2Fx/"_s);
    profile.protectedOrigins = {u"https://example.org:8443"_s, u"https://api.example.org"_s};
    profile.publicPaths = {u"/public/*"_s, u"/health"_s};
    profile.allowInsecureHttp = true;
    profile.signIn = {QUrl(u"login?a=1%202"_s), BodyFormat::Form,
        {{u"user"_s, u"${userName}"_s}, {u"grant_type"_s, u"password"_s}}};
    profile.refresh = {QUrl(u"https://id.example.org/token"_s), BodyFormat::Form,
        {{u"t"_s, u"${refreshToken}"_s}}};
    profile.signIn.headers = {{u"X-App"_s, u"${clientId}"_s}};
    profile.signInMethods = {SignInMethod::Device, SignInMethod::Browser, SignInMethod::Password};
    profile.revocation = {QUrl(u"/gone"_s), BodyFormat::Multipart, {{u"x"_s, u"${accessToken}"_s}}};
    profile.answer = {u"/a~1b"_s, u"/r/0"_s, u"/i"_s, u"/e"_s, 1ms, u"/at"_s, u"/id"_s, u"/s"_s,
        u"/code"_s, {{u"a/b"_s, u"/u"_s}}, u"access"_s, u"refresh"_s, "X-A", "X-R"};
    for (auto *request : {&profile.signIn, &profile.refresh, &profile.revocation}) {
        request->method = HttpMethod::Patch;
        request->answer = profile.answer;
    }
    profile.issuer = u"https://id.example.org"_s;
    profile.authorization = {QUrl(u"/authorize"_s), {{u"prompt"_s, u"consent"_s}}, true};
    profile.deviceAuthorizationUrl = QUrl(u"/device"_s);
    profile.clientAuthentication = ClientAuthentication::Post;
    profile.csrf = {{u"c"_s, "X-C"}, {u"d"_s, "X-D"}};
    profile.extraHeaders = {{u"X-Tenant"_s, u"acme"_s}};
    profile.resources = {{u"One"_s, u"/one"_s}, {u"Two"_s, u"/two"_s, {u"ROLE_A"_s}}};
    profile.challengeErrors = {u"expired_token"_s};
    profile.finalErrors = {};
    profile.challengeValues = {{u"/errors/0/code"_s, u"EXPIRED"_s}, {u"/status"_s, u"401"_s}};
    profile.refreshRejectedErrors = {u"gone"_s};
    profile.tokenHeader = "x-access-token";
    profile.tokenPrefix = "";
    profile.challengeStatuses = {401, 419};
    profile.refreshRejectedStatuses = {500};
    profile.replayChallengeEndsSession = true;
    profile.clientId = u"client"_s;
    profile.scope = u"read write"_s;
    profile.caFile = u"/etc/ssl/mine.pem"_s;
    profile.clientCertificate = {u"/home/anna/client.pem"_s, u"/home/anna/client.key"_s};
    profile.proxy = u"http://anna@proxy.example.org:3128"_s;
    profile.policy = {1ms, 2ms, 3ms, 4ms, 5ms, 0.3, 6ms, false, 7ms, 8, 9ms, 10};
    return profile;
}

} // namespace support
