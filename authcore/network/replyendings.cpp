#include "authcore/network/replyendings.h"

#include <QtCore/QCoreApplication>

namespace authcore {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(authcore::AuthReply)
};

QNetworkReply::NetworkError networkErrorFor(TokenError::Code code)
{
    switch (code) {
    case TokenError::Code::Rejected:
        return QNetworkReply::AuthenticationRequiredError;
    case TokenError::Code::Misconfigured:
    case TokenError::Code::Refused:
        return QNetworkReply::ProtocolInvalidOperationError;
    case TokenError::Code::NoNetwork:
        return QNetworkReply::TemporaryNetworkFailureError;
    case TokenError::Code::TimedOut:
        return QNetworkReply::TimeoutError;
    case TokenError::Code::ServerFailed:
    case TokenError::Code::RateLimited:
        return QNetworkReply::ServiceUnavailableError;
    case TokenError::Code::BadAnswer:
        return QNetworkReply::ProtocolFailure;
    case TokenError::Code::StoreUnwritable:
        return QNetworkReply::InternalServerError;
    }
    return QNetworkReply::UnknownNetworkError;
}

} // namespace

void finishWithRefreshError(AuthReply &reply, const TokenError &error)
{
    reply.finishWithError(networkErrorFor(error.code),
        Text::tr("The access token could not be refreshed: %1").arg(error.detail));
}

void finishWithoutSession(AuthReply &reply)
{
    if (reply.hasChallenge())
        reply.deliver();
    else
        reply.finishWithError(
            QNetworkReply::AuthenticationRequiredError, Text::tr("Nobody is signed in any more"));
}

void finishEach(const std::vector<QPointer<AuthReply>> &replies, const Finish &finish)
{
    for (const QPointer<AuthReply> &reply : replies) {
        if (reply)
            finish(*reply);
    }
}

void finishLater(AuthReply &reply, const Finish &finish)
{
    QMetaObject::invokeMethod(
        &reply, [&reply, finish] { finish(reply); }, Qt::QueuedConnection);
}

} // namespace authcore
