#include "authcore/demobackend/replies.h"

#include <QtCore/QJsonDocument>

using namespace Qt::Literals::StringLiterals;

namespace demobackend {

Reply jsonReply(int status, const QJsonObject &object)
{
    Reply reply;
    reply.status = status;
    reply.headers.emplace_back("Content-Type", "application/json");
    reply.body = QJsonDocument(object).toJson(QJsonDocument::Compact);
    return reply;
}

Reply textReply(const QByteArray &text)
{
    Reply reply;
    reply.headers.emplace_back("Content-Type", "text/plain; charset=utf-8");
    reply.body = text;
    return reply;
}

Reply problemReply(int status, const QString &detail)
{
    auto reply = jsonReply(status, {{u"status"_s, status}, {u"detail"_s, detail}});
    reply.headers.front().second = "application/problem+json";
    return reply;
}

Reply withoutChallenge(Reply reply)
{
    if (reply.status == 401) {
        reply.headers.clear();
        reply.body.clear();
    }
    return reply;
}

Reply droppedReply()
{
    Reply reply;
    reply.delivery = Delivery::Dropped;
    return reply;
}

Reply hangingReply()
{
    auto reply = droppedReply();
    reply.hangs = true;
    return reply;
}

} // namespace demobackend
