#include "tests/bench/clientprocess.h"

#include <QtCore/QProcess>
#include <QtCore/QRegularExpression>

using namespace Qt::StringLiterals;

namespace {

// A line with a value is a report. Any other line is a cue, after which the client waits for an
// answer.
void handleLine(QProcess &client, const QByteArray &line, const Cues &cues, Report &report)
{
    const QList<QByteArray> words = line.simplified().split(' ');
    const std::string name = words.value(0).toStdString();
    if (words.size() == 2) {
        report[name] = words[1].toDouble();
        return;
    }
    if (const auto known = cues.find(name); known != cues.end())
        known->second();
    client.write("\n");
}

Report converse(demobackend::DemoBackend &backend, QProcess &client, const Cues &cues)
{
    backend.clearTranscript();
    Report report;
    while (client.waitForReadyRead(-1)) {
        while (client.canReadLine())
            handleLine(client, client.readLine(), cues, report);
    }
    if (client.state() != QProcess::NotRunning)
        client.waitForFinished(-1);
    if (client.exitStatus() != QProcess::NormalExit || client.exitCode() != 0)
        qFatal("%s: %s", qPrintable(client.arguments().join(u' ')),
            client.readAllStandardError().constData());
    return report;
}

} // namespace

Report runClient(demobackend::DemoBackend &backend, const QStringList &arguments, const Cues &cues)
{
    QProcess client;
    client.start(QStringLiteral(BENCH_CLIENT),
        arguments + QStringList {u"--server"_s, backend.url().toString()});
    return converse(backend, client, cues);
}

double instructionsOf(demobackend::DemoBackend &backend, const QStringList &arguments)
{
    QProcess valgrind;
    valgrind.start(u"valgrind"_s,
        QStringList {u"--tool=callgrind"_s, u"--callgrind-out-file=/dev/null"_s,
            QStringLiteral(BENCH_CLIENT)}
            + arguments + QStringList {u"--server"_s, backend.url().toString()});
    converse(backend, valgrind, {});
    static const QRegularExpression collected(u"Collected : (\\d+)"_s);
    const QString text = QString::fromLocal8Bit(valgrind.readAllStandardError());
    return collected.match(text).captured(1).toDouble();
}
