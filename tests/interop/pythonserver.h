#pragma once

#include <QtCore/QProcess>
#include <QtCore/QStringList>
#include <QtCore/QUrl>

namespace test {

//! A server by other authors that a Python file of this folder starts, in a process of its own. See
//! wsgiserver.py.
//!
//! Lifetime: the process ends with this object, also when the test program crashes.
class PythonServer
{
public:
    PythonServer() = default;
    ~PythonServer();
    PythonServer(const PythonServer &) = delete;
    PythonServer &operator=(const PythonServer &) = delete;

    //! Starts the server; `arguments` begin with the name of the file.
    //! Errors: false; then problem() says why.
    [[nodiscard]] bool start(const QStringList &arguments);
    //! "missing ..." where a package is not installed, else what the server said instead of "ready".
    [[nodiscard]] QString problem() const { return m_firstLine; }

    [[nodiscard]] QUrl url() const { return m_url; }
    [[nodiscard]] QString version() const { return m_version; } //!< "NAME VERSION"

    //! Ends the server. Returns its requests, in order: "POST /login -> 200".
    [[nodiscard]] QStringList finish();

private:
    QProcess m_process;
    QString m_firstLine;
    QUrl m_url;
    QString m_version;
};

} // namespace test
