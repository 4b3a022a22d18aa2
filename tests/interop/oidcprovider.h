#pragma once

#include <QtCore/QProcess>
#include <QtCore/QStringList>
#include <QtCore/QUrl>

#include <optional>

namespace test {

//! oidc-provider from npm, an authorization server by other authors, in a process of its own. Its
//! login page accepts any name. It issues access tokens for 5 s and rotates refresh tokens; the
//! second use of a refresh token revokes its family. See server.mjs.
//!
//! Lifetime: the process ends with this object, also when the test program crashes.
//! Thread:   one with an event loop.
class OidcProvider
{
public:
    //! Why the server cannot run.
    struct Obstacle
    {
        //! Missing: this machine lacks something. Broken: a file of this project fails.
        enum class Kind { Missing, Broken };
        Kind kind = Kind::Broken;
        QString text; //!< one line
    };

    OidcProvider() = default;
    ~OidcProvider();
    OidcProvider(const OidcProvider &) = delete;
    OidcProvider &operator=(const OidcProvider &) = delete;

    //! Installs oidc-provider in the build folder, once, and starts it. Empty: it runs.
    [[nodiscard]] std::optional<Obstacle> start();

    [[nodiscard]] QUrl issuer() const { return m_issuer; }
    [[nodiscard]] QString version() const { return m_version; }
    [[nodiscard]] QUrl url(const QString &path) const { return m_issuer.resolved(QUrl(path)); }

    //! Sends a command of server.mjs and waits until it has been carried out.
    void command(const QString &line);
    //! Resets the server as after a start. Issued tokens stay valid but lose their names.
    void reset();
    void clearTranscript();
    //! The lines so far that contain `part`, in order:
    //! "GET /api/me [A1] -> 401", "POST /token refresh_token [R1] -> 400 invalid_grant: ...".
    //! Access tokens are A1, A2, ... and refresh tokens R1, R2, ... in the order of issue since
    //! reset().
    [[nodiscard]] QStringList transcript(const QString &part = {});
    //! The whole transcript for people: "8 x GET /api/me [A1] -> 401".
    [[nodiscard]] QStringList summary();

private:
    [[nodiscard]] static std::optional<Obstacle> install(const QString &folder);
    void listen();

    QProcess m_process;
    QUrl m_issuer;
    QString m_version;
    QString m_done; //!< the last command that the server has carried out
    QStringList m_transcript;
};

} // namespace test
