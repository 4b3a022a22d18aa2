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
//! It serves all dialects at once; the path decides which one a request belongs to. A token of one
//! dialect is refused by the others:
//!
//!     dialect         sign-in               refresh                 resource
//!     custom-jwt      /authorization/token  /authorization/refresh  /api/resources
//!     cookie-form     /api/v1/login         /api/v1/token           /api/v1/resources
//!     json-bearer     /api/auth/login       /api/auth/refresh       /api/notes
//!     x-access-token  /api/auth/signin      /api/auth/refreshtoken  /api/test/user
//!     cookie-csrf     /token/auth           /token/refresh          /protected
//!     oauth2          /oauth2/authorize     /oauth2/token           /api/me
//!
//!
//! These two are no presets of authcore, and have what other servers have:
//!
//!     sliding         /sliding/token        /sliding/refresh        /sliding/resource
//!     unusual         /unusual/session      /unusual/session        /unusual/resource
//!
//! x-access-token also has /api/test/mod, /api/test/admin and the public /api/test/all.
//!
//! Use:      DemoBackend backend; backend.start(); ... backend.url() ... backend.transcript();
//! Lifetime: the destructor stops the server and drops held and hanging replies first.
//! Thread:   any thread may call any member; the backend serves requests on its own threads.
//! Errors:   start() returns why it cannot listen or read its state file; nothing throws.
class DemoBackend
{
public:
    //! How the backend starts.
    struct Options
    {
        //! Keeps the signing key, the refresh families and the port (mode 0600). Empty: memory.
        QString stateFile = {};
        quint16 port = 0; //!< tried first; 0: the port in the state file, else any free port
        bool requirePort = false; //!< start() fails when `port` is taken
        bool tls = false; //!< https
        //! PEM: the certificate of the TLS server and its key; empty: a throw-away one for 127.0.0.1.
        QByteArray tlsIdentity = {};
        //! PEM: clients must show a certificate of this authority; empty: none is asked for.
        QByteArray clientAuthority = {};
    };

    DemoBackend();
    explicit DemoBackend(Options options); //!< stopped until start()
    ~DemoBackend();
    DemoBackend(const DemoBackend &) = delete;
    DemoBackend &operator=(const DemoBackend &) = delete;

    //! Starts to listen. Returns an empty text, or the reason why it cannot, for people.
    [[nodiscard]] QString start();
    void stop(); //!< closes all connections; start() listens again

    [[nodiscard]] QUrl url() const; //!< "http://127.0.0.1:PORT"
    [[nodiscard]] QByteArray certificatePem() const; //!< of a TLS server; empty without TLS

    [[nodiscard]] Knobs knobs() const; //!< the present knobs
    void setKnobs(const Knobs &knobs); //!< applies to requests that are decided from now on

    //! The next `times` refreshes get this answer, later ones Ok. Replaces an earlier call.
    void answerRefreshes(RefreshAnswer answer, int times = 1);
    [[nodiscard]] RefreshAnswer nextRefreshAnswer() const; //!< Ok: nothing is queued
    //! The next `times` requests to protected resources get this answer, later ones Ok.
    void answerResources(ResourceAnswer answer, int times = 1);
    [[nodiscard]] ResourceAnswer nextResourceAnswer() const; //!< Ok: nothing is queued

    //! Expires all access tokens that were issued so far; refresh tokens stay valid.
    void expireAccessTokens();
    //! Revokes all refresh families and all access tokens that were issued so far.
    void revokeEverything();

    //! The script of one path: it holds, releases and answers the requests to this path.
    [[nodiscard]] Script on(const QString &path);

    //! One line per request in the order of arrival. A line shows the name of an access or refresh
    //! token, never its value: "GET /api/resources [A1] -> 401". A request without an answer so far
    //! reads "-> ...", a dropped one "-> dropped".
    [[nodiscard]] QStringList transcript() const;
    //! The lines of transcript() that contain `part`.
    [[nodiscard]] QStringList transcript(const QString &part) const;
    void clearTranscript(); //!< clears lines and counters; tokens keep their names
    [[nodiscard]] Counters counters() const; //!< since the start or clearTranscript()

private:
    class Server;
    std::unique_ptr<Server> m_server;
};

} // namespace demobackend
