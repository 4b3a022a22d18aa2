#include "authcore/testing/scriptednetwork.h"

#include "authcore/network/authnetworkaccessmanager.h"
#include "authcore/testing/socketlessreply.h"

#include <QtCore/QPointer>
#include <QtCore/QStringBuilder>

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <utility>
#include <vector>

using namespace Qt::StringLiterals;
using demobackend::ScriptedReply;

namespace authcore::testing {

namespace {

//! A line of the transcript.
struct Line
{
    QString what;
    QString outcome = u"..."_s;
};

//! A request that has arrived.
struct Arrival
{
    QPointer<SocketlessReply> reply; //!< null: its owner has deleted it
    std::shared_ptr<Line> line;
};

QString methodOf(QNetworkAccessManager::Operation operation, const QNetworkRequest &request)
{
    static const std::map<QNetworkAccessManager::Operation, QString> names {
        {QNetworkAccessManager::HeadOperation, u"HEAD"_s},
        {QNetworkAccessManager::GetOperation, u"GET"_s},
        {QNetworkAccessManager::PutOperation, u"PUT"_s},
        {QNetworkAccessManager::PostOperation, u"POST"_s},
        {QNetworkAccessManager::DeleteOperation, u"DELETE"_s}};
    const auto known = names.find(operation);
    return known != names.end()
        ? known->second
        : request.attribute(QNetworkRequest::CustomVerbAttribute).toString();
}

} // namespace

//! What was arranged for one path, and what arrived on it.
struct PathScript
{
    std::deque<ScriptedReply> queued;
    std::optional<ScriptedReply> standing;
    bool holds = false;
    std::vector<Arrival> held;
    std::vector<QByteArray> bodies;

    void arrive(const Arrival &arrival, const QByteArray &body)
    {
        bodies.push_back(body);
        if (holds)
            held.push_back(arrival);
        else
            answer(arrival);
    }
    void answer(const Arrival &arrival)
    {
        if (!arrival.reply || arrival.reply->isFinished())
            return;
        auto reply = standing.value_or(ScriptedReply {404, {}, {}});
        if (!queued.empty()) {
            reply = std::move(queued.front());
            queued.pop_front();
        }
        arrival.line->outcome = reply.status == 0 ? u"dropped"_s : QString::number(reply.status);
        arrival.reply->play(reply);
    }
};

//! What a network and its managers share.
struct ScriptedWire
{
    std::map<QString, std::shared_ptr<PathScript>> scripts;
    std::vector<std::shared_ptr<Line>> lines;
    QByteArrayList authorizations; //!< in the order of their names

    [[nodiscard]] std::shared_ptr<PathScript> script(const QString &path)
    {
        auto &script = scripts[path];
        if (!script)
            script = std::make_shared<PathScript>();
        return script;
    }
    [[nodiscard]] QNetworkReply *send(QNetworkAccessManager::Operation operation,
        const QNetworkRequest &request, QIODevice *body, QObject *parent)
    {
        const auto path = request.url().path();
        const auto line = std::make_shared<Line>();
        line->what = methodOf(operation, request) % u' ' % path;
        if (const auto shown = request.rawHeader("Authorization"); !shown.isEmpty()) {
            if (!authorizations.contains(shown))
                authorizations.append(shown);
            line->what += u" [A%1]"_s.arg(authorizations.indexOf(shown) + 1);
        }
        lines.push_back(line);
        return new SocketlessReply(operation, request, body,
            {[line, script = script(path)](SocketlessReply &reply, const QByteArray &arrived) {
                 script->arrive({&reply, line}, arrived);
             },
                [line] { line->outcome = u"aborted"_s; }},
            parent);
    }
};

namespace {

class PlainManager : public QNetworkAccessManager
{
public:
    explicit PlainManager(std::shared_ptr<ScriptedWire> wire)
        : m_wire(std::move(wire))
    {
    }

protected:
    QNetworkReply *createRequest(
        Operation op, const QNetworkRequest &request, QIODevice *body) override
    {
        return m_wire->send(op, request, body, this);
    }

private:
    std::shared_ptr<ScriptedWire> m_wire;
};

class AuthManager : public AuthNetworkAccessManager
{
public:
    AuthManager(AuthSession &session, std::shared_ptr<ScriptedWire> wire)
        : AuthNetworkAccessManager(session)
        , m_wire(std::move(wire))
    {
    }

protected:
    QNetworkReply *createInnerReply(
        Operation op, const QNetworkRequest &request, QIODevice *body) override
    {
        return m_wire->send(op, request, body, this);
    }

private:
    std::shared_ptr<ScriptedWire> m_wire;
};

} // namespace

QNetworkReply::NetworkError errorOfStatus(int status)
{
    static const std::map<int, QNetworkReply::NetworkError> errors {
        {400, QNetworkReply::ProtocolInvalidOperationError},
        {401, QNetworkReply::AuthenticationRequiredError},
        {403, QNetworkReply::ContentAccessDenied},
        {404, QNetworkReply::ContentNotFoundError},
        {405, QNetworkReply::ContentOperationNotPermittedError},
        {407, QNetworkReply::ProxyAuthenticationRequiredError},
        {409, QNetworkReply::ContentConflictError},
        {410, QNetworkReply::ContentGoneError},
        {418, QNetworkReply::ProtocolInvalidOperationError},
        {500, QNetworkReply::InternalServerError},
        {501, QNetworkReply::OperationNotImplementedError},
        {503, QNetworkReply::ServiceUnavailableError},
    };
    if (const auto known = errors.find(status); known != errors.end())
        return known->second;
    if (status >= 500)
        return QNetworkReply::UnknownServerError;
    return status >= 400 ? QNetworkReply::UnknownContentError : QNetworkReply::NoError;
}

ScriptedNetwork::Path::Path(std::shared_ptr<PathScript> script)
    : m_script(std::move(script))
{
}

ScriptedNetwork::Path ScriptedNetwork::Path::replies(int status, const QByteArray &body)
{
    return replies(ScriptedReply {status, {}, body});
}

ScriptedNetwork::Path ScriptedNetwork::Path::replies(ScriptedReply reply)
{
    m_script->queued.push_back(std::move(reply));
    return *this;
}

ScriptedNetwork::Path ScriptedNetwork::Path::drops()
{
    return replies(0);
}

ScriptedNetwork::Path ScriptedNetwork::Path::always(ScriptedReply reply)
{
    m_script->standing = std::move(reply);
    return *this;
}

ScriptedNetwork::Path ScriptedNetwork::Path::hold()
{
    m_script->holds = true;
    return *this;
}

ScriptedNetwork::Path ScriptedNetwork::Path::release()
{
    m_script->holds = false;
    for (const auto &arrival : std::exchange(m_script->held, {})) {
        if (auto *const reply = arrival.reply.data())
            QMetaObject::invokeMethod(
                reply, [script = m_script, arrival] { script->answer(arrival); },
                Qt::QueuedConnection);
    }
    return *this;
}

int ScriptedNetwork::Path::heldCount() const
{
    return int(std::count_if(m_script->held.begin(), m_script->held.end(),
        [](const Arrival &arrival) { return arrival.reply && !arrival.reply->isFinished(); }));
}

QByteArray ScriptedNetwork::Path::arrivedBody(int index) const
{
    const auto known = index >= 0 && std::size_t(index) < m_script->bodies.size();
    return known ? m_script->bodies[std::size_t(index)] : QByteArray();
}

ScriptedNetwork::ScriptedNetwork()
    : m_wire(std::make_shared<ScriptedWire>())
{
}

ScriptedNetwork::~ScriptedNetwork() = default;

ScriptedNetwork::Path ScriptedNetwork::on(const QString &path)
{
    return Path(m_wire->script(path));
}

std::unique_ptr<QNetworkAccessManager> ScriptedNetwork::makeManager()
{
    return std::make_unique<PlainManager>(m_wire);
}

std::unique_ptr<AuthNetworkAccessManager> ScriptedNetwork::makeManager(AuthSession &session)
{
    return std::make_unique<AuthManager>(session, m_wire);
}

QStringList ScriptedNetwork::transcript() const
{
    QStringList lines;
    for (const auto &line : m_wire->lines)
        lines.append(line->what % u" -> "_s % line->outcome);
    return lines;
}

void ScriptedNetwork::clearTranscript()
{
    m_wire->lines.clear();
}

} // namespace authcore::testing
