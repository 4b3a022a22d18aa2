#include "ui/common/wording.h"

#include <QtCore/QLocale>

namespace ui {

using namespace Qt::StringLiterals;

using authcore::EndReason;
using authcore::SignInMethod;
using authcore::TokenError;
using namespace std::chrono_literals;

namespace {

QString withDetail(const QString &sentence, const TokenError &error)
{
    return error.detail.isEmpty() ? sentence : QString(sentence % u' ' % error.detail);
}

//! Whether the server has refused the user name or the password, and not the form of the request.
bool isWrongPassword(const TokenError &error)
{
    return error.code == TokenError::Code::Rejected
        && (error.httpStatus != 400 || error.serverCode == "invalid_grant"_L1);
}

QString signInSentence(const TokenError &error)
{
    switch (error.code) {
    case TokenError::Code::Rejected:
        return isWrongPassword(error) ? Wording::tr("The user name or the password is wrong.")
                                      : Wording::tr("The server refused this sign-in.");
    case TokenError::Code::Misconfigured:
        return Wording::tr(
            "The server does not understand this sign-in. The profile may be wrong.");
    case TokenError::Code::NoNetwork:
        return Wording::tr("The server cannot be reached.");
    case TokenError::Code::TimedOut:
        return Wording::tr("The server did not answer in time.");
    case TokenError::Code::ServerFailed:
        return Wording::tr("The server had a problem of its own. Try again in a moment.");
    case TokenError::Code::RateLimited:
        return Wording::tr("Too many attempts. Wait a moment, then try again.");
    case TokenError::Code::BadAnswer:
        return Wording::tr("The server's answer contained no tokens.");
    case TokenError::Code::Refused:
        return Wording::tr(
            "The sign-in was not sent: the backend's address is not safe to send a password to.");
    case TokenError::Code::StoreUnwritable:
        return Wording::tr("New tokens could not be stored.");
    }
    return {};
}

} // namespace

QString Wording::endOfSession(EndReason reason)
{
    switch (reason) {
    case EndReason::SignedOut:
        return tr("You signed out.");
    case EndReason::Left:
        return {};
    case EndReason::RefreshRejected:
        return tr("Your session has ended: the server no longer accepts the refresh token.");
    case EndReason::NoRefreshToken:
        return tr("Your session has ended: the access token was refused, and there is no refresh "
                  "token to renew it with.");
    case EndReason::SignedOutElsewhere:
        return tr("Your session has ended: you signed out in another window or program.");
    case EndReason::ReplayChallenged:
        return tr(
            "Your session has ended: the server refused even a freshly renewed access token.");
    case EndReason::ProfileChanged:
        return tr("Your session has ended: the profile sends tokens to other places than when you "
                  "signed in.");
    }
    return {};
}

QString Wording::signInMethod(SignInMethod method)
{
    switch (method) {
    case SignInMethod::Password:
        return tr("User name and password");
    case SignInMethod::Browser:
        return tr("Browser on this computer");
    case SignInMethod::Device:
        return tr("Code, on any device");
    }
    return {};
}

QString Wording::passwordGrantRemark()
{
    return tr("This profile uses the OAuth password grant: the password passes through this "
              "program, no second factor is asked for, and the server cannot tell who typed it. "
              "RFC 9700 section 2.4 says not to use it. Where the server can, sign in with a "
              "browser instead.");
}

QString Wording::signInProblem(const TokenError &error, SignInMethod method)
{
    if (method != SignInMethod::Password) {
        switch (error.code) {
        case TokenError::Code::Rejected:
            return withDetail(tr("The sign-in was refused."), error);
        case TokenError::Code::TimedOut:
            return withDetail(method == SignInMethod::Browser
                    ? tr("Nobody has signed in in the browser in time.")
                    : tr("The code was not typed in time."),
                error);
        case TokenError::Code::BadAnswer:
            return withDetail(
                tr("What came back cannot be trusted or understood, and was not used."), error);
        case TokenError::Code::Misconfigured:
            return withDetail(
                tr("The server does not understand this sign-in. The profile may be wrong."),
                error);
        case TokenError::Code::Refused:
            return withDetail(tr("The sign-in was not begun."), error);
        case TokenError::Code::NoNetwork:
        case TokenError::Code::ServerFailed:
        case TokenError::Code::RateLimited:
        case TokenError::Code::StoreUnwritable:
            break;
        }
    }
    const QString sentence = signInSentence(error);
    return isWrongPassword(error) ? sentence : withDetail(sentence, error);
}

QString Wording::refreshProblem(const TokenError &error)
{
    switch (error.code) {
    case TokenError::Code::Rejected:
        return tr("The access token could not be renewed: the server rejected the refresh token.");
    case TokenError::Code::Misconfigured:
        return tr("The access token could not be renewed: the server does not understand the "
                  "request. The profile may be wrong.");
    case TokenError::Code::NoNetwork:
        return tr("The access token could not be renewed: the server cannot be reached.");
    case TokenError::Code::TimedOut:
        return tr("The access token could not be renewed: the server did not answer in time.");
    case TokenError::Code::ServerFailed:
        return tr("The access token could not be renewed: the server had a problem of its own.");
    case TokenError::Code::RateLimited:
        return tr("The access token could not be renewed: the server asks us to slow down.");
    case TokenError::Code::BadAnswer:
        return tr("The access token could not be renewed: the answer contained no tokens.");
    case TokenError::Code::Refused:
        return tr(
            "The access token could not be renewed: the backend's address is not safe to send "
            "a token to.");
    case TokenError::Code::StoreUnwritable:
        return withDetail(
            tr("The access token was not renewed: the new tokens could not be stored."), error);
    }
    return {};
}

QString Wording::withStory(const QString &sentence, const authcore::RefreshStory &story)
{
    const QString causes = story.toString();
    return causes.isEmpty() ? sentence : QString(sentence % u'\n' % causes);
}

QString Wording::details(const authcore::RefreshStory &story)
{
    return story.lines().join(u'\n');
}

QString Wording::revocationProblem(const TokenError &error)
{
    return withDetail(tr("You are signed out here, but the server could not be told: the tokens "
                         "that are forgotten here stay valid there until they expire."),
        error);
}

QString Wording::shortProblem(TokenError::Code code)
{
    switch (code) {
    case TokenError::Code::Rejected:
        return tr("rejected");
    case TokenError::Code::Misconfigured:
        return tr("misconfigured");
    case TokenError::Code::NoNetwork:
        return tr("no connection");
    case TokenError::Code::TimedOut:
        return tr("timed out");
    case TokenError::Code::ServerFailed:
        return tr("server failed");
    case TokenError::Code::RateLimited:
        return tr("slow down");
    case TokenError::Code::BadAnswer:
        return tr("bad answer");
    case TokenError::Code::Refused:
    case TokenError::Code::StoreUnwritable:
        return tr("not sent");
    }
    return {};
}

QString Wording::shortProblem(QNetworkReply::NetworkError error)
{
    switch (error) { // Qt's enumeration is too long to list
    case QNetworkReply::OperationCanceledError:
        return tr("stopped");
    case QNetworkReply::TimeoutError:
        return tr("timed out");
    case QNetworkReply::ConnectionRefusedError:
    case QNetworkReply::RemoteHostClosedError:
    case QNetworkReply::HostNotFoundError:
        return tr("no connection");
    case QNetworkReply::AuthenticationRequiredError:
        return tr("not signed in");
    default:
        return tr("failed");
    }
}

QString Wording::answer(std::optional<int> status, QNetworkReply::NetworkError error)
{
    return status ? QString::number(*status) : shortProblem(error);
}

bool Wording::isGood(std::optional<int> status, QNetworkReply::NetworkError error)
{
    return error == QNetworkReply::NoError && status && *status < 400;
}

QString Wording::duration(std::chrono::nanoseconds time)
{
    const QLocale locale;
    const double ms = std::chrono::duration<double, std::milli>(time).count();
    if (ms < 9.95)
        return tr("%1 ms").arg(locale.toString(ms, 'f', ms == 0 ? 0 : 1));
    if (ms < 999.5)
        return tr("%1 ms").arg(locale.toString(ms, 'f', 0));
    const double s = ms / 1000;
    return tr("%1 s").arg(locale.toString(s, 'f', s < 9.995 ? 2 : 1));
}

QString Wording::countdown(std::chrono::seconds left)
{
    left = std::max(left, 0s);
    if (left >= 48h)
        return tr("%1 d").arg(std::chrono::duration_cast<std::chrono::days>(left).count());
    const auto digits = [](auto number) { return QString::number(number).rightJustified(2, u'0'); };
    const auto hours = left / 1h;
    const auto minutes = left % 1h / 1min;
    const auto seconds = (left % 1min).count();
    if (hours > 0)
        return QString(QString::number(hours) % u':' % digits(minutes) % u':' % digits(seconds));
    return QString(QString::number(minutes) % u':' % digits(seconds));
}

QString Wording::generation(authcore::Generation generation)
{
    if (generation == authcore::Generation {})
        return u"-"_s;
    return QString(u'A' % QString::number(static_cast<std::uint32_t>(generation)));
}

QString Wording::withGlyph(const QString &glyph, const QString &text)
{
    return QString(glyph % u' ' % text);
}

} // namespace ui
