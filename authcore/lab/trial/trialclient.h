#pragma once

#include "authcore/exchange/networksettings.h"
#include "authcore/lab/trial/exchangerecorder.h"
#include "authcore/profile/backendprofile.h"
#include "authcore/session/authsession.h"
#include "authcore/system/clock.h"
#include "authcore/tokens/memorytokenstore.h"

#include <QtCore/QObject>
#include <QtCore/QPointer>
#include <QtCore/QUrl>
#include <QtNetwork/QSslConfiguration>

#include <functional>
#include <memory>
#include <optional>

namespace authcore {
class AuthNetworkAccessManager;
class SignIn;
} // namespace authcore

namespace authcore::lab {

//! Who signs in during a trial, and through which network.
//!
//! Secrets:  the password and the client's secret.
struct TrialSetup
{
    SignInMethod method = SignInMethod::Password;
    QString userName;
    QString password;
    QByteArray clientSecret = {}; //!< empty: a public client
    NetworkSettings network = {};
    QUrl resource = {}; //!< what to ask for; empty: the profile's first resource
};

//! What came of one operation of a TrialClient.
struct TrialResult
{
    bool isGood = false; //!< tokens came, or a 2xx
    SeenExchange exchange; //!< as it was on the wire; of a resource its first attempt
    QString detail; //!< of what is not good: the library's own words, for people
};

//! One session with a profile, as an application would have it, whose exchanges can be looked at.
//!
//! Lifetime: `clock` outlives this. One operation at a time; destroying it ends the operation
//!           silently.
//! Thread:   its own; `then` is never called inside an operation, exactly once, and may delete
//!           this.
//! Units:    each operation takes at most RefreshPolicy::tryTimeout, and is tried once.
class TrialClient : public QObject
{
    Q_OBJECT

public:
    using Then = std::function<void(const TrialResult &)>;

    TrialClient(Clock &clock, const BackendProfile &profile, const TrialSetup &setup);
    ~TrialClient() override;

    void signIn(Then then);
    void refresh(Then then);
    //! A protected resource, with the present access token. A challenge is the answer.
    void request(const QUrl &url, Then then);
    //! Any address, without credentials: a GET, or a POST of an empty JSON object.
    enum class Probe { Get, Post };
    void probe(const QUrl &url, Probe method, Then then);

    [[nodiscard]] TokenSet tokens() const { return m_session.tokens(); }
    void setTokens(TokenSet tokens); //!< of another client, whose profile may have been another

Q_SIGNALS:
    void browserNeeded(const QUrl &url); //!< of SignInMethod::Browser
    //! Of SignInMethod::Device.
    void userCodeReady(const QString &code, const QUrl &url, const QUrl &urlWithCode);

private:
    class Manager;

    void begin(Then then);
    void finish(TrialResult result);
    void finishReply(QNetworkReply &reply);

    TrialSetup m_setup;
    MemoryTokenStore m_store;
    ExchangeRecorder m_recorder;
    RecordingManager m_probes {m_recorder};
    AuthSession m_session;
    std::unique_ptr<SignIn> m_signIn;
    std::unique_ptr<AuthNetworkAccessManager> m_manager;
    Then m_then; //!< empty: no operation
};

} // namespace authcore::lab
