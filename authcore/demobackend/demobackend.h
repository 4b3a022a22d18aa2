#pragma once

#include "authcore/demobackend/knobs.h"
#include "authcore/demobackend/script.h"

#include <QtCore/QString>
#include <QtCore/QStringList>
#include <QtCore/QUrl>

#include <memory>

namespace demobackend {

//! The built-in backend: real HTTP and real HS256 tokens on loopback, with every fault on request.
//!
//! It speaks several dialects at once, told apart by path; tokens of one are no good in another:
//!
//!     dialect         sign-in               refresh                 resource
//!     custom-jwt      /authorization/token  /authorization/refresh  /api/resources
//!     cookie-form     /api/v1/login         /api/v1/token           /api/v1/resources
//!     json-bearer     /api/auth/login       /api/auth/refresh       /api/notes
//!     x-access-token  /api/auth/signin      /api/auth/refreshtoken  /api/test/user
//!     cookie-csrf     /token/auth           /token/refresh          /protected
//!     oauth2          /oauth2/authorize     /oauth2/token           /api/me
//!
//! x-access-token has /api/test/mod, /api/test/admin and, for everybody, /api/test/all besides.
//!
//! Use:      DemoBackend backend; backend.start(); ... backend.url() ... backend.transcript();
//! Lifetime: the destructor stops the server; held and hanging replies are dropped first.
//! Thread:   every member may be called from any thread; requests are served on threads of its own.
//! Errors:   start() says in words why it could not listen or read its state; nothing throws.
class DemoBackend
{
public:
    struct Options
    {
        QString stateFile = {}; //!< signing key, users, refresh families and port (0600); empty:
                                //!< all in memory
        quint16 port = 0; //!< tried first; 0: the remembered one, else any free one
        bool requirePort = false; //!< fail instead of taking another port when `port` is taken
        bool tls = false; //!< https with a throw-away certificate for 127.0.0.1
    };

    DemoBackend();
    explicit DemoBackend(Options options);
    ~DemoBackend();
    DemoBackend(const DemoBackend &) = delete;
    DemoBackend &operator=(const DemoBackend &) = delete;

    //! Starts to listen. Empty: it does. Otherwise what went wrong, in words.
    [[nodiscard]] QString start();
    void stop();

    [[nodiscard]] QUrl url() const; //!< "http://127.0.0.1:PORT"
    [[nodiscard]] QByteArray certificatePem() const; //!< of the TLS server, else empty

    [[nodiscard]] Knobs knobs() const;
    void setKnobs(const Knobs &knobs);

    //! The next `times` refreshes are answered so, then Ok again. Replaces what was queued before.
    void answerRefreshes(RefreshAnswer answer, int times = 1);
    [[nodiscard]] RefreshAnswer nextRefreshAnswer() const;
    //! The next `times` requests to protected resources are answered so, then Ok again.
    void answerResources(ResourceAnswer answer, int times = 1);
    [[nodiscard]] ResourceAnswer nextResourceAnswer() const;

    //! Access tokens issued so far are expired from now on; refresh tokens stay.
    void expireAccessTokens();
    //! Every refresh family ends and access tokens issued so far are refused.
    void revokeEverything();

    //! The script of one path, for tests: hold its requests, let them go, answer anything. \sa
    //! Script
    [[nodiscard]] Script on(const QString &path);

    //! One line per request in the order of arrival, an access or refresh token by its name, never
    //! by its value: "GET /api/resources [A1] -> 401". Not yet answered: "-> ...". Dropped: "->
    //! dropped".
    [[nodiscard]] QStringList transcript() const;
    //! The lines of transcript() that contain `part`.
    [[nodiscard]] QStringList transcript(const QString &part) const;
    void clearTranscript(); //!< forgets lines and counters; tokens keep their names
    [[nodiscard]] Counters counters() const;

private:
    class Server;
    std::unique_ptr<Server> m_server;
};

} // namespace demobackend
