#pragma once

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QMap>
#include <QtCore/QProcess>
#include <QtCore/QRegularExpression>
#include <QtCore/QStringList>

//! Runs the real tokenflight-cli and collects its output and exit status.
namespace cliprocess {

struct Outcome
{
    int status = -1; //!< -1: the process crashed or did not end
    QByteArray out;
    QByteArray err;

    [[nodiscard]] QByteArray all() const { return out + err; }
    [[nodiscard]] QJsonObject json() const { return QJsonDocument::fromJson(out).object(); }
    [[nodiscard]] int number(const char *key) const
    {
        return json()[QLatin1StringView(key)].toInt(-1);
    }
    [[nodiscard]] QJsonObject rule(const QString &id) const
    {
        const auto rules = json()[QLatin1StringView("rules")].toArray();
        for (const auto &rule : rules) {
            if (rule.toObject()[QLatin1StringView("id")].toString() == id)
                return rule.toObject();
        }
        return {};
    }
};

struct Given
{
    QByteArray input;
    QMap<QString, QString> environment;
};

//! The environment without the secrets of the person who runs the tests.
[[nodiscard]] inline QProcessEnvironment cleanEnvironment()
{
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.remove(QStringLiteral("TOKENFLIGHT_PASSWORD"));
    environment.remove(QStringLiteral("TOKENFLIGHT_CLIENT_SECRET"));
    environment.remove(QStringLiteral("TOKENFLIGHT_CLIENT_KEY_PASSWORD"));
    environment.remove(QStringLiteral("TOKENFLIGHT_PROXY_PASSWORD"));
    return environment;
}

[[nodiscard]] inline Outcome run(const QStringList &arguments, const Given &given = {})
{
    QProcess process;
    auto environment = cleanEnvironment();
    for (auto it = given.environment.begin(); it != given.environment.end(); ++it)
        environment.insert(it.key(), it.value());
    process.setProcessEnvironment(environment);
    process.start(QStringLiteral(TOKENFLIGHT_CLI), arguments);
    process.write(given.input);
    process.closeWriteChannel();
    if (!process.waitForFinished(120'000) || process.exitStatus() != QProcess::NormalExit)
        return {};
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

//! A running tokenflight-cli.
class RunningCli
{
public:
    explicit RunningCli(
        const QStringList &arguments, const QMap<QString, QString> &environment = {})
    {
        auto whole = cleanEnvironment();
        for (auto it = environment.begin(); it != environment.end(); ++it)
            whole.insert(it.key(), it.value());
        m_process.setProcessEnvironment(whole);
        m_process.start(QStringLiteral(TOKENFLIGHT_CLI), arguments);
        m_process.closeWriteChannel();
    }
    ~RunningCli()
    {
        m_process.kill();
        m_process.waitForFinished();
    }
    RunningCli(const RunningCli &) = delete;
    RunningCli &operator=(const RunningCli &) = delete;

    //! Waits for `pattern` on standard error and returns its capture; empty: it never came.
    [[nodiscard]] QByteArray says(const QString &pattern)
    {
        const QRegularExpression wanted(pattern, QRegularExpression::MultilineOption);
        m_process.setReadChannel(QProcess::StandardError);
        while (true) {
            const auto found = wanted.match(QString::fromUtf8(m_said));
            if (found.hasMatch())
                return found.captured(1).toUtf8();
            if (!m_process.waitForReadyRead(test::patience))
                return {};
            m_said += m_process.readAllStandardError();
        }
    }
    [[nodiscard]] qint64 pid() const { return m_process.processId(); }
    [[nodiscard]] Outcome finish()
    {
        m_process.waitForFinished(test::patience);
        if (m_process.exitStatus() != QProcess::NormalExit)
            return {};
        return {m_process.exitCode(), m_process.readAllStandardOutput(),
            m_said + m_process.readAllStandardError()};
    }

private:
    QProcess m_process;
    QByteArray m_said;
};

} // namespace cliprocess
