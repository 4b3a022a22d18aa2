#include "tests/interop/pythonserver.h"

#include <QtCore/QFile>

using namespace Qt::StringLiterals;

namespace test {

namespace {

//! Packages of Debian are for Debian's Python, which may not be the first one in PATH.
QString findPython()
{
    const auto debians = u"/usr/bin/python3"_s;
    return QFile::exists(debians) ? debians : u"python3"_s;
}

} // namespace

PythonServer::~PythonServer()
{
    static_cast<void>(finish());
}

bool PythonServer::start(const QStringList &arguments)
{
    m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    m_process.setWorkingDirectory(QStringLiteral(INTEROP_SOURCES));
    m_process.start(findPython(), QStringList {u"-B"_s} + arguments); // -B: leaves no files there
    if (!m_process.waitForStarted(patience)) {
        m_firstLine = u"missing Python (package python3)"_s;
        return false;
    }
    while (!m_process.canReadLine() && m_process.waitForReadyRead(patience)) { }
    m_firstLine = QString::fromUtf8(m_process.readLine()).trimmed();
    const auto words = m_firstLine.split(u' ');
    if (words.size() < 3 || words.at(0) != "ready"_L1)
        return false;
    m_url = QUrl(words.at(1));
    m_version = words.mid(2).join(u' ');
    return true;
}

QStringList PythonServer::finish()
{
    if (m_process.state() == QProcess::NotRunning)
        return {};
    m_process.closeWriteChannel();
    if (!m_process.waitForFinished(patience)) {
        m_process.kill();
        m_process.waitForFinished();
    }
    const auto text = QString::fromUtf8(m_process.readAllStandardOutput());
    return text.split(u'\n', Qt::SkipEmptyParts);
}

} // namespace test
