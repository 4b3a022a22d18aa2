#include "authcore/lab/trial/trialclient.h"

#include "authcore/network/authnetworkaccessmanager.h"
#include "authcore/signin/browsersignin.h"
#include "authcore/signin/devicesignin.h"
#include "authcore/signin/passwordsignin.h"

#include <QtNetwork/QNetworkReply>

#include <utility>

using namespace Qt::StringLiterals;

namespace authcore::lab {

namespace {

constexpr qint64 mostRead = qint64 {64} * 1024;

//! Everything is tried once: a second try would show the same, later.
BackendProfile triedOnce(BackendProfile profile)
{
    auto &policy = profile.policy;
    policy.totalTimeout = policy.tryTimeout;
    policy.backoffMin = policy.tryTimeout;
    policy.backoffMax = policy.tryTimeout;
    policy.refreshAhead = false;
    return profile;
}

constexpr double longestPause = 0.999; // of the back-off, which then exceeds the whole time

} // namespace

//! The manager of an application, whose requests are recorded as they leave.
class TrialClient::Manager : public AuthNetworkAccessManager
{
public:
    Manager(AuthSession &session, ExchangeRecorder &recorder)
        : AuthNetworkAccessManager(session)
        , m_recorder(recorder)
    {
    }

protected:
    QNetworkReply *createInnerReply(
        Operation op, const QNetworkRequest &request, QIODevice *outgoingData) override
    {
        auto *const reply = AuthNetworkAccessManager::createInnerReply(op, request, outgoingData);
        m_recorder.watch(*reply, request, {});
        return reply;
    }

private:
    ExchangeRecorder &m_recorder;
};

TrialClient::TrialClient(Clock &clock, const BackendProfile &profile, const TrialSetup &setup)
    : m_setup(setup)
    , m_session(
          triedOnce(profile), m_store, clock, [] { return longestPause; },
          std::make_unique<RecordingManager>(m_recorder))
{
    m_session.setNetworkSettings(setup.network);
    if (setup.network.proxy)
        m_probes.setProxy(*setup.network.proxy);
    connect(&m_session, &AuthSession::tokensRefreshed, this, [this] {
        finish({true, m_recorder.last(), {}});
    });
    connect(&m_session, &AuthSession::refreshFailed, this, [this](const TokenError &error) {
        finish({false, m_recorder.last(), error.detail});
    });
    connect(&m_session, &AuthSession::sessionEnded, this,
        [this](EndReason /*reason*/, const QString &detail) {
            if (!m_manager) // a challenge is told by its reply
                finish({false, m_recorder.last(), detail});
        });
}

TrialClient::~TrialClient() = default;

void TrialClient::begin(Then then)
{
    m_recorder.clear();
    m_then = std::move(then);
}

//! From the event loop: the caller may delete this, while a signal of the session is under way.
void TrialClient::finish(TrialResult result)
{
    if (!m_then)
        return;
    QMetaObject::invokeMethod(
        this, [then = std::exchange(m_then, nullptr), result = std::move(result)] { then(result); },
        Qt::QueuedConnection);
}

void TrialClient::signIn(Then then)
{
    begin(std::move(then));
    const auto watch = [this](SignIn &signIn) {
        signIn.setClientSecret(m_setup.clientSecret);
        connect(&signIn, &SignIn::succeeded, this, [this] {
            finish({true, m_recorder.last(), {}});
        });
        connect(&signIn, &SignIn::failed, this, [this](const TokenError &error) {
            finish({false, m_recorder.last(), error.detail});
        });
    };
    switch (m_setup.method) {
    case SignInMethod::Password: {
        auto signIn = std::make_unique<PasswordSignIn>(m_session);
        watch(*signIn);
        signIn->signIn(m_setup.userName, m_setup.password);
        m_signIn = std::move(signIn);
        break;
    }
    case SignInMethod::Browser: {
        auto signIn = std::make_unique<BrowserSignIn>(m_session);
        watch(*signIn);
        connect(signIn.get(), &BrowserSignIn::browserNeeded, this, &TrialClient::browserNeeded);
        signIn->signIn();
        m_signIn = std::move(signIn);
        break;
    }
    case SignInMethod::Device: {
        auto signIn = std::make_unique<DeviceSignIn>(m_session);
        watch(*signIn);
        connect(signIn.get(), &DeviceSignIn::userCodeReady, this, &TrialClient::userCodeReady);
        signIn->signIn();
        m_signIn = std::move(signIn);
        break;
    }
    }
}

void TrialClient::refresh(Then then)
{
    begin(std::move(then));
    m_session.refreshNow();
}

void TrialClient::request(const QUrl &url, Then then)
{
    begin(std::move(then));
    m_manager = std::make_unique<Manager>(m_session, m_recorder);
    QNetworkRequest request(url);
    request.setTransferTimeout(static_cast<int>(m_session.profile().policy.tryTimeout.count()));
    request.setAttribute(
        QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    auto *const reply = m_manager->get(request);
    connect(reply, &QNetworkReply::finished, this, [this, reply] { finishReply(*reply); });
}

void TrialClient::probe(const QUrl &url, Probe method, Then then)
{
    begin(std::move(then));
    QNetworkRequest request(url);
    request.setTransferTimeout(static_cast<int>(m_session.profile().policy.tryTimeout.count()));
    request.setAttribute(
        QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    request.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
    request.setRawHeader("Content-Type", "application/json");
    request.setRawHeader("Accept", "application/json");
    if (const auto tls = m_setup.network.tlsConfiguration())
        request.setSslConfiguration(*tls);
    auto *const reply =
        method == Probe::Post ? m_probes.post(request, QByteArray("{}")) : m_probes.get(request);
    connect(reply, &QNetworkReply::finished, this, [this, reply] { finishReply(*reply); });
}

void TrialClient::finishReply(QNetworkReply &reply)
{
    auto exchange = m_recorder.first();
    if (exchange.method.isEmpty()) { // it never left
        exchange.method = "GET";
        exchange.url = reply.url();
    }
    const auto status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute);
    if (status.isValid())
        exchange.status = status.toInt();
    else
        exchange.failure = reply.errorString().section("://"_L1, 0, 0);
    exchange.answerHeaders = reply.rawHeaderPairs();
    exchange.answerBody = reply.read(mostRead);
    reply.deleteLater();
    finish({exchange.isSuccess(), exchange, exchange.failure});
}

void TrialClient::setTokens(TokenSet tokens)
{
    tokens.places.clear(); // it gets those of this profile
    tokens.tokenEndpoint.clear();
    tokens.protectedOrigins.clear();
    m_session.setTokens(tokens);
}

} // namespace authcore::lab
