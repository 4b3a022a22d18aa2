#include "tests/interop/oidcprovider.h"

#include "tests/support/patience.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QRegularExpression>
#include <QtCore/QStandardPaths>
#include <QtCore/QVersionNumber>
#include <QtNetwork/QNetworkProxy>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace test {

namespace {

using Obstacle = OidcProvider::Obstacle;

constexpr int patienceWithNpm = 120'000; // ms
constexpr int oldestNode = 18;

QString findNode()
{
    const auto node = QStandardPaths::findExecutable(u"node"_s);
    return node.isEmpty() ? QStandardPaths::findExecutable(u"nodejs"_s) : node;
}

std::optional<Obstacle> inspectNode()
{
    const auto node = findNode();
    if (node.isEmpty())
        return Obstacle {Obstacle::Kind::Missing, u"there is no Node.js (package nodejs)"_s};
    QProcess process;
    process.start(node, {u"--version"_s});
    process.waitForFinished(patience);
    const auto version = QString::fromLatin1(process.readAllStandardOutput()).trimmed();
    if (QVersionNumber::fromString(QStringView(version).mid(1)).majorVersion() < oldestNode)
        return Obstacle {Obstacle::Kind::Missing,
            u"Node.js is \"%1\"; %2 or newer is needed"_s.arg(version).arg(oldestNode)};
    return std::nullopt;
}

//! Whether npm failed because the machine has no network or cannot reach the registry.
Obstacle npmFailed(const QByteArray &said)
{
    static const QRegularExpression code(
        u"^npm (?:error|ERR!) code (\\S+)$"_s, QRegularExpression::MultilineOption);
    static const QRegularExpression network(
        u"^(EAI_AGAIN|ECONN.*|ENOTFOUND|ENET.*|EHOST.*|.*TIMEOUT|ETIMEDOUT|E40[37]|E5..|.*CERT.*)$"_s);
    const auto found = code.match(QString::fromUtf8(said)).captured(1);
    const auto text = u"npm ci: "_s;
    if (network.match(found).hasMatch())
        return {Obstacle::Kind::Missing, text + u"the registry cannot be reached, "_s + found};
    return {Obstacle::Kind::Broken, text + QString::fromUtf8(said.right(2000)).simplified()};
}

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QString lineFor(const QJsonObject &request)
{
    const auto text = [&request](QLatin1StringView name) { return request[name].toString(); };
    const auto with = [](QLatin1StringView format, const QString &value) {
        return value.isEmpty() ? QString() : QString(format).arg(value);
    };
    QString line = text("method"_L1) + u' ' + text("path"_L1);
    line += with(" %1"_L1, text("grant_type"_L1)) + with(" [%1]"_L1, text("token"_L1));
    line += u" -> %1"_s.arg(request["status"_L1].toInt());
    return line + with(" %1"_L1, text("error"_L1)) + with(": %1"_L1, text("detail"_L1));
}

} // namespace

OidcProvider::~OidcProvider()
{
    m_process.closeWriteChannel();
    if (m_process.state() != QProcess::NotRunning && !m_process.waitForFinished(patience))
        m_process.kill();
}

std::optional<Obstacle> OidcProvider::install(const QString &folder)
{
    // The lock file of the installed modules; npm removes it before it begins.
    const QString mark = folder + u"/node_modules/.installed-from"_s;
    const auto wanted = QCryptographicHash::hash(
        contentOf(folder + u"/package-lock.json"_s), QCryptographicHash::Sha256)
                            .toHex();
    if (contentOf(mark) == wanted)
        return std::nullopt;

    const auto npm = QStandardPaths::findExecutable(u"npm"_s);
    if (npm.isEmpty())
        return Obstacle {Obstacle::Kind::Missing, u"there is no npm (package npm)"_s};
    QProcess process;
    process.setWorkingDirectory(folder);
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(npm,
        {u"ci"_s, u"--prefer-offline"_s, u"--fetch-retries=1"_s, u"--fetch-retry-mintimeout=1000"_s,
            u"--fetch-timeout=30000"_s});
    if (!process.waitForFinished(patienceWithNpm)) {
        process.kill();
        process.waitForFinished();
        return Obstacle {Obstacle::Kind::Missing, u"npm ci: not done in two minutes"_s};
    }
    const auto said = process.readAll();
    if (process.exitStatus() != QProcess::NormalExit || process.exitCode() != 0)
        return npmFailed(said);
    QFile file(mark);
    if (!file.open(QIODevice::WriteOnly) || file.write(wanted) != wanted.size())
        return Obstacle {Obstacle::Kind::Broken, u"cannot write "_s + mark};
    return std::nullopt;
}

std::optional<Obstacle> OidcProvider::start()
{
    // Only npm uses the environment's proxy.
    QNetworkProxy::setApplicationProxy(QNetworkProxy::NoProxy);
    const auto folder = QStringLiteral(INTEROP_FOLDER);
    if (auto obstacle = inspectNode())
        return obstacle;
    if (auto obstacle = install(folder))
        return obstacle;
    m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    m_process.setWorkingDirectory(folder);
    m_process.start(findNode(), {u"server.mjs"_s});
    while (m_issuer.isEmpty() && m_process.waitForReadyRead(patience))
        listen();
    if (m_issuer.isEmpty())
        return Obstacle {Obstacle::Kind::Broken, u"server.mjs does not say that it is ready"_s};
    return std::nullopt;
}

void OidcProvider::command(const QString &line)
{
    m_done.clear();
    m_process.write(line.toUtf8() + '\n');
    while (m_done != line && m_process.waitForReadyRead(patience))
        listen();
    if (m_done != line)
        qFatal("server.mjs does not obey: %s", qPrintable(line));
}

void OidcProvider::reset()
{
    command(u"reset"_s);
    m_transcript.clear();
}

void OidcProvider::clearTranscript()
{
    command(u"ping"_s);
    m_transcript.clear();
}

QStringList OidcProvider::transcript(const QString &part)
{
    command(u"ping"_s);
    return m_transcript.filter(part);
}

QStringList OidcProvider::summary()
{
    QStringList lines;
    const auto all = transcript();
    for (auto line = all.begin(); line != all.end();) {
        const auto next = std::find_if(line, all.end(), [&](const auto &l) { return l != *line; });
        const auto times = next - line;
        lines << (times > 1 ? QString(QString::number(times) + u" x "_s + *line) : *line);
        line = next;
    }
    return lines;
}

void OidcProvider::listen()
{
    while (m_process.canReadLine()) {
        const auto line = QJsonDocument::fromJson(m_process.readLine()).object();
        if (const auto ready = line["ready"_L1].toObject(); !ready.isEmpty()) {
            m_issuer = QUrl(ready["issuer"_L1].toString());
            m_version = ready["version"_L1].toString();
        } else if (line.contains("done"_L1)) {
            m_done = line["done"_L1].toString();
        } else if (line.contains("event"_L1)) {
            m_transcript << QString(line["event"_L1].toString() + u' ' + line["path"_L1].toString())
                                .trimmed();
        } else {
            m_transcript << lineFor(line["request"_L1].toObject());
        }
    }
}

} // namespace test
