#pragma once

#include "authcore/demobackend/script.h"

#include <QtCore/QByteArray>
#include <QtCore/QString>
#include <QtCore/QStringList>
#include <QtNetwork/QNetworkReply>

#include <memory>

namespace authcore {
class AuthNetworkAccessManager;
class AuthSession;
} // namespace authcore

namespace authcore::testing {

struct PathScript;
struct ScriptedWire;

//! The error that Qt reports for an HTTP status; NoError below 400.
[[nodiscard]] QNetworkReply::NetworkError errorOfStatus(int status);

//! A network without sockets: it answers requests by a script for each path, and writes a
//! transcript. A path without a script answers 404. It follows no redirects and has no cookie jar,
//! cache or TLS; for these use demobackend::DemoBackend.
//!
//!     ScriptedNetwork network;
//!     AuthSession session(profile, store, clock, random, network.makeManager());
//!     const auto manager = network.makeManager(session);
//!     network.on("/orders").replies(401).replies(200, "three orders");
//!     network.on("/token").hold();
//!
//! Lifetime: managers, replies and scripts may outlive it.
//! Thread:   one. Answers arrive through the event loop, never inside the call that asks.
class ScriptedNetwork
{
public:
    //! The script of one path, whatever the host. A handle; copies are of the same path.
    class Path
    {
    public:
        explicit Path(std::shared_ptr<PathScript> script); //!< see ScriptedNetwork::on()

        //! Queues an answer for one request; once the queue is empty, always() applies, else 404.
        Path replies(int status, const QByteArray &body = {});
        Path replies(demobackend::ScriptedReply reply); //!< likewise, with headers
        Path drops(); //!< queues: the connection closes before the status line
        Path always(demobackend::ScriptedReply reply); //!< every request after the queued answers
        Path hold(); //!< requests wait for release(), which chooses their answers
        Path release(); //!< answers the requests that wait, in order, and holds no more
        [[nodiscard]] int heldCount() const; //!< requests that wait and were not aborted
        //! The body of arrival number `index` (0 is the first); empty where none arrived.
        [[nodiscard]] QByteArray arrivedBody(int index) const;

    private:
        std::shared_ptr<PathScript> m_script;
    };

    ScriptedNetwork();
    ~ScriptedNetwork();
    ScriptedNetwork(const ScriptedNetwork &) = delete;
    ScriptedNetwork &operator=(const ScriptedNetwork &) = delete;

    [[nodiscard]] Path on(const QString &path); //!< its script

    //! A plain manager, for the token endpoint of a session or for a sign-in.
    [[nodiscard]] std::unique_ptr<QNetworkAccessManager> makeManager();
    //! A manager that keeps its caller signed in; each of its attempts goes to this network.
    [[nodiscard]] std::unique_ptr<AuthNetworkAccessManager> makeManager(AuthSession &session);

    //! One line per request in the order of arrival: "GET /orders [A1] -> 401". A1 names the first
    //! value of the Authorization header, A2 the next one. Lines show no query and no value. Not
    //! yet answered: "-> ...".
    [[nodiscard]] QStringList transcript() const;
    void clearTranscript(); //!< forgets the lines; values keep their names

private:
    std::shared_ptr<ScriptedWire> m_wire;
};

} // namespace authcore::testing
