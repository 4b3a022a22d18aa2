#pragma once

#include "authcore/profile/backendprofile.h"

// What the members of a profile are called in JSON. Whatever reads or writes them goes by these
// lists, so that nobody can forget one. An archive is called with each name and member; it finds
// the list of an object inside by its type.

namespace authcore {

template <typename Archive>
void members(Archive &archive, TokenAnswer &answer)
{
    archive(QStringLiteral("accessToken"), answer.accessToken);
    archive(QStringLiteral("refreshToken"), answer.refreshToken);
    archive(QStringLiteral("idToken"), answer.idToken);
    archive(QStringLiteral("expiresIn"), answer.expiresIn);
    archive(QStringLiteral("expiresInUnitMs"), answer.expiresInUnit);
    archive(QStringLiteral("expiresAt"), answer.expiresAt);
    archive(QStringLiteral("accountId"), answer.accountId);
    archive(QStringLiteral("scope"), answer.scope);
    archive(QStringLiteral("error"), answer.error);
    archive(QStringLiteral("userData"), answer.userData);
    archive(QStringLiteral("accessTokenCookie"), answer.accessTokenCookie);
    archive(QStringLiteral("refreshTokenCookie"), answer.refreshTokenCookie);
    archive(QStringLiteral("accessTokenHeader"), answer.accessTokenHeader);
    archive(QStringLiteral("refreshTokenHeader"), answer.refreshTokenHeader);
}

template <typename Archive>
void members(Archive &archive, TokenRequest &request)
{
    archive(QStringLiteral("url"), request.url);
    archive(QStringLiteral("format"), request.format);
    archive(QStringLiteral("body"), request.body);
    archive(QStringLiteral("headers"), request.headers);
    archive(QStringLiteral("method"), request.method);
    archive(QStringLiteral("answer"), request.answer);
}

template <typename Archive>
void members(Archive &archive, CsrfPair &pair)
{
    archive(QStringLiteral("cookie"), pair.cookie);
    archive(QStringLiteral("header"), pair.header);
}

template <typename Archive>
void members(Archive &archive, ChallengeValue &challenge)
{
    archive(QStringLiteral("pointer"), challenge.pointer);
    archive(QStringLiteral("value"), challenge.value);
}

template <typename Archive>
void members(Archive &archive, Resource &resource)
{
    archive(QStringLiteral("name"), resource.name);
    archive(QStringLiteral("path"), resource.path);
    archive(QStringLiteral("roles"), resource.roles);
}

template <typename Archive>
void members(Archive &archive, Authorization &authorization)
{
    archive(QStringLiteral("url"), authorization.url);
    archive(QStringLiteral("parameters"), authorization.parameters);
    archive(QStringLiteral("issuerInAnswers"), authorization.issuerInAnswers);
}

template <typename Archive>
void members(Archive &archive, ClientCertificate &certificate)
{
    archive(QStringLiteral("file"), certificate.file);
    archive(QStringLiteral("keyFile"), certificate.keyFile);
}

template <typename Archive>
void members(Archive &archive, RefreshPolicy &policy)
{
    archive(QStringLiteral("tryTimeoutMs"), policy.tryTimeout);
    archive(QStringLiteral("totalTimeoutMs"), policy.totalTimeout);
    archive(QStringLiteral("backoffMinMs"), policy.backoffMin);
    archive(QStringLiteral("backoffMaxMs"), policy.backoffMax);
    archive(QStringLiteral("leewayMs"), policy.leeway);
    archive(QStringLiteral("leewayFraction"), policy.leewayFraction);
    archive(QStringLiteral("uploadLeewayMs"), policy.uploadLeeway);
    archive(QStringLiteral("largeUploadBytes"), policy.largeUpload);
    archive(QStringLiteral("cooldownMs"), policy.cooldown);
    archive(QStringLiteral("refreshAhead"), policy.refreshAhead);
    archive(QStringLiteral("holdTimeoutMs"), policy.holdTimeout);
    archive(QStringLiteral("maxHeld"), policy.maxHeld);
}

//! Without "version", "preset" and "baseUrl", which come first.
template <typename Archive>
void members(Archive &archive, BackendProfile &profile)
{
    archive(QStringLiteral("id"), profile.id);
    archive(QStringLiteral("name"), profile.name);
    archive(QStringLiteral("protectedOrigins"), profile.protectedOrigins);
    archive(QStringLiteral("publicPaths"), profile.publicPaths);
    archive(QStringLiteral("allowInsecureHttp"), profile.allowInsecureHttp);
    archive(QStringLiteral("signInMethods"), profile.signInMethods);
    archive(QStringLiteral("signIn"), profile.signIn);
    archive(QStringLiteral("refresh"), profile.refresh);
    archive(QStringLiteral("revocation"), profile.revocation);
    archive(QStringLiteral("answer"), profile.answer);
    archive(QStringLiteral("issuer"), profile.issuer);
    archive(QStringLiteral("authorization"), profile.authorization);
    archive(QStringLiteral("deviceAuthorizationUrl"), profile.deviceAuthorizationUrl);
    archive(QStringLiteral("clientId"), profile.clientId);
    archive(QStringLiteral("scope"), profile.scope);
    archive(QStringLiteral("clientAuthentication"), profile.clientAuthentication);
    archive(QStringLiteral("tokenHeader"), profile.tokenHeader);
    archive(QStringLiteral("tokenPrefix"), profile.tokenPrefix);
    archive(QStringLiteral("csrf"), profile.csrf);
    archive(QStringLiteral("extraHeaders"), profile.extraHeaders);
    archive(QStringLiteral("resources"), profile.resources);
    archive(QStringLiteral("challengeStatuses"), profile.challengeStatuses);
    archive(QStringLiteral("challengeErrors"), profile.challengeErrors);
    archive(QStringLiteral("finalErrors"), profile.finalErrors);
    archive(QStringLiteral("challengeValues"), profile.challengeValues);
    archive(QStringLiteral("refreshRejectedErrors"), profile.refreshRejectedErrors);
    archive(QStringLiteral("refreshRejectedStatuses"), profile.refreshRejectedStatuses);
    archive(QStringLiteral("replayChallengeEndsSession"), profile.replayChallengeEndsSession);
    archive(QStringLiteral("caFile"), profile.caFile);
    archive(QStringLiteral("clientCertificate"), profile.clientCertificate);
    archive(QStringLiteral("proxy"), profile.proxy);
    archive(QStringLiteral("policy"), profile.policy);
}

} // namespace authcore
