#include "tests/support/endings.h"

#include "tests/support/patience.h"

#include <memory>

namespace test {

const std::vector<std::pair<const char *, Act>> acts {
    {"abort", [](QNetworkReply &reply) { reply.abort(); }},
    {"close", [](QNetworkReply &reply) { reply.close(); }},
    {"abort twice",
        [](QNetworkReply &reply) {
            reply.abort();
            reply.abort();
        }},
    {"close, then abort",
        [](QNetworkReply &reply) {
            reply.close();
            reply.abort();
        }},
    {"abort, then close",
        [](QNetworkReply &reply) {
            reply.abort();
            reply.close();
        }},
    {"deleteLater", [](QNetworkReply &reply) { reply.deleteLater(); }},
    {"abort, then deleteLater",
        [](QNetworkReply &reply) {
            reply.abort();
            reply.deleteLater();
        }},
    {"delete", [](QNetworkReply &reply) { delete &reply; }},
};

const std::vector<std::pair<const char *, State>> states {
    {"created", State::Created},
    {"sent", State::Sent},
    {"headers seen", State::HeadersSeen},
    {"partly read", State::PartlyRead},
    {"finished", State::Whole},
};

bool lead(Stage &stage, test::Recorder &seen, State state)
{
    QNetworkReply *reply = seen.reply();
    if (state == State::Created) {
        stage.neverAnswered();
        return true;
    }
    if (!eventually([&] { return stage.server.heldCount("/x") == 1; }) || !eventually([&] {
            return seen.lines().join(u' ').contains(QStringLiteral("requestSent"));
        }))
        return false;
    if (state == State::Sent)
        return true;
    stage.server.say("/x", "HTTP/1.1 200 OK\r\nX-A: b\r\nContent-Length: 10\r\n\r\n");
    if (!eventually([&] { return reply->hasRawHeader("X-A"); }))
        return false;
    if (state == State::HeadersSeen)
        return true;
    stage.server.say("/x", "12345");
    if (!eventually([&] { return reply->bytesAvailable() == 5; }))
        return false;
    seen.note(QStringLiteral("read ") + QString::fromLatin1(reply->read(2)));
    if (state == State::PartlyRead)
        return true;
    stage.server.say("/x", "67890");
    return eventually([&] { return seen.isOver(); });
}

void lookAround(Stage &stage)
{
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    for (const char *path : {"/x", "/others"}) {
        const auto refusal = [](const auto &) { return test::http("503 No", {}, ""); };
        stage.server.on(path, refusal);
        stage.server.say(path, refusal(0)); // otherwise Qt sends the request again
        stage.server.hangUp(path);
    }
    stage.server.on("/beside", [](const auto &) { return test::http("200 OK", {}, "b"); });
    QNetworkRequest beside = stage.request("/beside");
    beside.setRawHeader("Authorization", "Bearer good");
    const std::unique_ptr<QNetworkReply> reply(stage.manager->get(beside));
    if (!eventually([&] { return reply->isFinished(); }))
        qWarning("nothing comes any more");
}

QNetworkReply *send(Stage &stage, bool post)
{
    QNetworkRequest request = stage.request("/x");
    if (!post)
        return stage.manager->get(request);
    request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("text/plain"));
    return stage.manager->post(request, QByteArray("body"));
}

} // namespace test
