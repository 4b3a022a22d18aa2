#pragma once

#include <QtCore/QProcess>
#include <QtCore/QStringList>
#include <QtCore/QUrl>

#include <optional>

namespace test {

//! oidc-provider from npm, an authorization server that is not ours, as a process of its own. It
//! takes any name at its login page, issues access tokens for 5 s and rotates refresh tokens; one
//! that comes a second time revokes all of its family. See server.mjs.
//!
//! Lifetime: the process ends with this, also when this dies without its destructor.
//! Thread:   one with an event loop.
class OidcProvider
{
public:
    //! Why there is no server.
    struct Obstacle
    {
        //! Missing: something that not every machine has. Broken: what we brought along.
        enum class Kind { Missing, Broken };
        Kind kind = Kind::Broken;
        QString text; //!< one line
    };

    OidcProvider() = default;
    ~OidcProvider();
    OidcProvider(const OidcProvider &) = delete;
    OidcProvider &operator=(const OidcProvider &) = delete;

    //! Installs it in the build folder unless that is done, and starts it. Empty: it runs.
    [[nodiscard]] std::optional<Obstacle> start();

    [[nodiscard]] QUrl issuer() const { return m_issuer; }
    [[nodiscard]] QString version() const { return m_version; }
    [[nodiscard]] QUrl url(const QString &path) const { return m_issuer.resolved(QUrl(path)); }

    //! One of server.mjs; done when this returns.
    void command(const QString &line);
    //! As after a start; issued tokens go on to be good, but have no name any more.
    void reset();
    void clearTranscript();
    //! The lines that contain `part`, up to now, in order:
    //! "GET /api/me [A1] -> 401", "POST /token refresh_token [R1] -> 400 invalid_grant: ...".
    //! Tokens are A1, A2, ... and R1, R2, ... as they were issued since reset().
    [[nodiscard]] QStringList transcript(const QString &part = {});
    //! All of it for people: "8 x GET /api/me [A1] -> 401".
    [[nodiscard]] QStringList summary();

private:
    [[nodiscard]] static std::optional<Obstacle> install(const QString &folder);
    void listen();

    QProcess m_process;
    QUrl m_issuer;
    QString m_version;
    QString m_done; //!< the last command that it carried out
    QStringList m_transcript;
};

} // namespace test
