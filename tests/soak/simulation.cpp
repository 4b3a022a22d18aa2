#include "tests/soak/simulation.h"

#include <QtCore/QBuffer>
#include <QtCore/QCoreApplication>
#include <QtCore/QEvent>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QTimer>

#include <array>
#include <utility>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using authcore::AuthNetworkAccessManager;
using authcore::AuthSession;

namespace soak {

namespace {

constexpr std::array accounts {"anna", "boris", "clara"};
constexpr std::size_t deepest = 3;

QString anyAccount(Chance &chance)
{
    return QString::fromLatin1(chance.oneOf(accounts));
}

} // namespace

//! An AuthNetworkAccessManager with the simulated network at its seam.
class Simulation::Manager : public AuthNetworkAccessManager
{
public:
    Manager(AuthSession &session, Simulation &simulation)
        : AuthNetworkAccessManager(session)
        , m_simulation(simulation)
    {
    }

protected:
    QNetworkReply *createInnerReply(
        Operation op, const QNetworkRequest &request, QIODevice *body) override
    {
        return m_simulation.attempt(*this, op, request, body);
    }

private:
    Simulation &m_simulation;
};

//! The manager for the token endpoint.
class Simulation::Endpoint : public QNetworkAccessManager
{
public:
    explicit Endpoint(Simulation &simulation)
        : m_simulation(simulation)
    {
    }

protected:
    QNetworkReply *createRequest(
        Operation op, const QNetworkRequest &request, QIODevice *body) override
    {
        return m_simulation.refresh(*this, op, request, body);
    }

private:
    Simulation &m_simulation;
};

Simulation::Simulation(const Mix &mix, std::uint64_t seed)
    : m_mix(mix)
    , m_chance(seed)
    , m_server(m_chance, m_clock)
    , m_store(m_clock, m_chance)
    , m_ledger(m_clock)
    , m_other(m_clock, m_chance, m_server, m_store, m_ledger)
    , m_profile(*authcore::BackendProfile::preset(u"custom-jwt"_s, QUrl(u"https://auth.sim/"_s)))
{
    m_profile.protectedOrigins = {
        u"https://api.sim"_s, u"http://localhost:8080"_s, u"http://127.0.0.1:81"_s};
    m_profile.publicPaths = {u"/public/*"_s};
    m_profile.answer.expiresIn = u"/expires_in"_s;
    m_profile.replayChallengeEndsSession = m_chance.oneIn(3);
    m_chance.hasTails = !m_mix.isCalm;
    m_profile.policy.holdTimeout = !m_mix.isCalm && m_chance.oneIn(3) ? 3s : 60s;
    m_profile.policy.cooldown = m_chance.oneIn(3) ? 0s : 30s;
    if (!m_mix.isCalm && m_chance.oneIn(5))
        m_profile.policy.maxHeld = 50;
    m_speaksHttp2 = m_chance.oneIn(2);
    m_server.detectsReuse = !m_chance.oneIn(3);
    m_server.shortest = m_mix.shortestLife;
    m_server.longest = m_mix.longestLife;
    m_server.saysOddLifetimes = m_mix.refreshTrouble > 0;
    m_store.failures = m_mix.storeTrouble;
    m_store.saysThatItIsFull = [this] { m_unstorable = m_session->currentRefresh(); };
    m_store.delays = m_mix.storeTrouble / 10;
    if (m_mix.others > 0) {
        m_locks = std::make_unique<QTemporaryDir>();
        m_store.sharedFolder = m_locks->path();
        m_ledger.knowsOthers = m_mix.isCalm;
        m_other.isPunctual = m_mix.isCalm;
        m_other.signOuts = m_mix.isCalm ? 0 : 100;
    }
    makeSession();
}

Simulation::~Simulation() = default;

Simulation::Counts &Simulation::Counts::operator+=(const Counts &other)
{
    issued += other.issued;
    attempts += other.attempts;
    refreshes += other.refreshes;
    adopted += other.adopted;
    ended += other.ended;
    good += other.good;
    return *this;
}

QString Simulation::run(int requests)
{
    signIn(false);
    while (m_counts.issued < requests && m_ledger.isFine())
        step();
    rest();
    return m_ledger.problem();
}

// --- the servers -----------------------------------------------------------------------------

QNetworkReply *Simulation::attempt(Manager &manager, QNetworkAccessManager::Operation op,
    const QNetworkRequest &request, QIODevice *body)
{
    const int id = request.rawHeader("X-Call").toInt();
    const int number = m_ledger.sent(id, &manager, request);
    ++m_counts.attempts;
    ++m_replies;
    const QUrl url = request.url();
    const QByteArray token = request.rawHeader("Authorization").mid(7);
    return new SimulatedReply(op, request, body, m_clock, m_chance,
        {
            [this, id, number, url, token](const QByteArray &data) {
                m_ledger.arrived(id, number, data);
                return answerTo(m_ledger.find(id), url, token);
            },
            [this, id, number](const Answer &answer) { m_ledger.answered(id, number, answer); },
            [this, id, number] { m_ledger.ended(id, number); },
            [this, id, number] { m_ledger.died(id, number); },
            [this, id, number] {
                --m_replies;
                m_ledger.died(id, number);
            },
        },
        &manager);
}

Answer Simulation::answerTo(const Call *call, const QUrl &url, const QByteArray &token)
{
    static constexpr std::array redirects {301, 302, 303, 307, 308};
    static constexpr std::array troubles {0, 403, 404, 429, 500, 503};
    static const std::array<QByteArray, 9> targets {"/elsewhere", "https://api.sim/hop",
        "http://localhost:8080/hop", "https://foreign.sim/hop", "http://foreign.sim/hop",
        "/public/page", "http://api.sim/unsafe", "//api.sim:444/hop", "::no url::"};
    Answer answer;
    answer.atOnce = m_chance.oneIn(2);
    if (url.scheme() == "https"_L1)
        answer.http2 = m_speaksHttp2;
    const int id = call ? call->id : 0;
    const QByteArray what = QByteArray::number(id) + '.' + QByteArray::number(m_counts.attempts);
    const bool isProtected = m_profile.isProtected(url) && m_profile.isTransportAllowed(url);
    if ((isProtected && !m_server.accepts(token))
        || (!m_isResting && m_chance.perMille(m_mix.spurious))) {
        answer.status = 401;
        answer.body = "challenge " + what;
        if (m_chance.perMille(100))
            answer.pause = 5s;
        return answer;
    }
    if (m_chance.perMille(m_mix.redirects) && !m_isResting) {
        answer.status = m_chance.oneOf(redirects);
        answer.headers.emplaceBack("Location", m_chance.oneOf(targets));
        answer.body = "redirect";
        return answer;
    }
    answer.body = "answer " + what + QByteArray(m_chance.below(100), '.');
    if (m_chance.perMille(m_mix.failures) && !m_isResting) {
        answer.status = m_chance.oneOf(troubles);
        answer.breaksOff = answer.status != 0 && m_chance.oneIn(3);
        if (answer.status == 0)
            answer.body.clear();
    }
    return answer;
}

QNetworkReply *Simulation::refresh(QNetworkAccessManager &http, QNetworkAccessManager::Operation op,
    const QNetworkRequest &request, QIODevice *body)
{
    ++m_counts.refreshes;
    ++m_replies;
    struct State
    {
        QByteArray token;
        bool isUsed = false;
        bool isOver = false;
    };
    const auto state = std::make_shared<State>();
    // The one-shot body is read here; the answer is made when the request has arrived.
    const QByteArray data = body->readAll();
    state->token =
        QJsonDocument::fromJson(data).object().value("refreshToken"_L1).toString().toLatin1();
    m_ledger.refreshSent(state->token);
    if (m_session->currentRefresh() == m_unstorable)
        m_ledger.fail(u"A refresh token is spent that cannot be replaced"_s);
    if (request.hasRawHeader("Authorization"))
        m_ledger.fail(u"A refresh carries an access token"_s);
    const auto end = [this, state] {
        if (!std::exchange(state->isOver, true))
            m_ledger.refreshEnded();
    };
    return new SimulatedReply(op, request, nullptr, m_clock, m_chance,
        {
            [this, state](
                const QByteArray &) { return answerRefresh(state->token, state->isUsed); },
            [this](const Answer &answer) { m_ledger.note("refresh answered", 0, answer.status); },
            [this, state, end] {
                if (state->isUsed)
                    m_ledger.refreshUsed(state->token);
                end();
            },
            end,
            [this, end] {
                --m_replies;
                end();
            },
        },
        &http);
}

Answer Simulation::answerRefresh(const QByteArray &refreshToken, bool &wasUsed)
{
    enum class Trouble {
        Lost,
        LostAfter,
        BrokenOff,
        Hangs,
        Fails,
        Limits,
        Garbage,
        Nothing,
        Moved,
        Misconfigured,
        Refuses,
        Misframed, // a whole answer, then the connection closes before the announced length
        HtmlPage,
        ErrorWith200,
        Last = ErrorWith200
    };
    Answer answer;
    const bool isTroubled = !m_isResting && m_chance.perMille(m_mix.refreshTrouble);
    const auto trouble = Trouble(m_chance.below(int(Trouble::Last) + 1));
    const bool isCommitted = !isTroubled || trouble == Trouble::LostAfter
        || trouble == Trouble::BrokenOff || trouble == Trouble::Hangs
        || trouble == Trouble::Misframed;
    if (isCommitted) {
        const AuthorizationServer::Grant grant = m_server.refresh(refreshToken);
        answer.status = grant.ok ? 200 : 400;
        answer.body = grant.ok ? grant.json : QByteArray(R"({"error":"invalid_grant"})");
        const bool isWhole = !isTroubled || trouble == Trouble::Misframed;
        wasUsed = grant.ok && grant.rotated && isWhole;
        m_ledger.note(grant.ok ? "refresh granted" : "refresh refused");
    }
    if (!isTroubled)
        return answer;
    m_ledger.note("refresh trouble", 0, int(trouble));
    switch (trouble) {
    case Trouble::Lost:
    case Trouble::LostAfter:
        answer.status = 0;
        answer.body.clear();
        break;
    case Trouble::BrokenOff:
        answer.body.chop(answer.body.size() / 2);
        answer.breaksOff = true;
        break;
    case Trouble::Hangs:
        answer.delay = 20s;
        break;
    case Trouble::Fails:
        answer.status = m_chance.oneIn(2) ? 500 : 503;
        answer.body = "<html>";
        break;
    case Trouble::Limits:
        answer.status = 429;
        answer.headers.emplaceBack("Retry-After", m_chance.oneIn(2) ? "2" : "3600");
        break;
    case Trouble::Garbage:
        answer.body = "<html>Please wait</html>";
        break;
    case Trouble::Nothing:
        answer.body = "{}";
        break;
    case Trouble::Moved:
        answer.status = 307;
        answer.headers.emplaceBack("Location", "https://foreign.sim/token");
        break;
    case Trouble::Misconfigured:
        answer.status = 400;
        answer.body = R"({"error":"invalid_client"})";
        break;
    case Trouble::Refuses: // without an error code
        answer.status = m_chance.oneIn(2) ? 401 : 403;
        break;
    case Trouble::Misframed:
        answer.breaksOff = true;
        break;
    case Trouble::HtmlPage: // of a firewall or a portal
        answer.status = m_chance.oneOf(std::array {200, 400, 401, 403, 429, 502});
        answer.headers.emplaceBack("Content-Type", "text/html");
        answer.body = "<html>Please sign in to this network</html>";
        break;
    case Trouble::ErrorWith200:
        answer.body = m_chance.oneIn(2) ? R"({"error":"bad_refresh_token"})"
                                        : R"({"error":"temporarily_unavailable"})";
        break;
    }
    return answer;
}

// --- the callers -----------------------------------------------------------------------------

void Simulation::issue()
{
    static const std::array<QNetworkRequest::Priority, 3> priorities {QNetworkRequest::HighPriority,
        QNetworkRequest::NormalPriority, QNetworkRequest::LowPriority};
    static const std::array<QNetworkRequest::RedirectPolicy, 4> policies {
        QNetworkRequest::ManualRedirectPolicy, QNetworkRequest::NoLessSafeRedirectPolicy,
        QNetworkRequest::SameOriginRedirectPolicy, QNetworkRequest::UserVerifiedRedirectPolicy};
    Manager &manager =
        *m_managers[static_cast<std::size_t>(m_chance.below(int(m_managers.size())))];
    const QStringList &origins = m_profile.protectedOrigins;
    QNetworkRequest request(QUrl(origins.at(m_chance.below(int(origins.size()))) + u"/things"_s));
    if (!manager.session().profile().isProtected(request.url()))
        return; // a slot is changing the profile
    if (m_chance.perMille(m_mix.odd)) {
        request.setPriority(m_chance.oneOf(priorities));
        request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, m_chance.oneOf(policies));
        request.setAttribute(QNetworkRequest::AutoDeleteReplyOnFinishAttribute, m_chance.oneIn(4));
    }
    Call &call = m_ledger.open(&manager, int(request.priority()));
    const int id = call.id;
    ++m_counts.issued;
    request.setRawHeader("X-Call", QByteArray::number(id));
    QNetworkReply *reply = m_chance.perMille(m_mix.bodies) ? issueWithBody(manager, request, call)
        : m_chance.oneIn(20)                               ? manager.head(request)
                                                           : manager.get(request);
    if (reply->isFinished() || call.finished > 0)
        m_ledger.fail(u"Finished before its caller had it"_s, id);
    call.reply = reply;
    follow(id);
}

QNetworkReply *Simulation::issueWithBody(Manager &manager, QNetworkRequest request, Call &call)
{
    const int id = call.id;
    const int size = m_chance.oneIn(20) ? 20'000 : m_chance.below(300);
    call.body = "body " + QByteArray::number(id) + QByteArray(size, 'b');
    request.setRawHeader("Content-Type", "text/plain");
    switch (m_chance.below(8)) {
    case 0:
        return manager.put(request, call.body);
    case 1: {
        auto buffer = std::make_unique<QBuffer>();
        buffer->setData("skipped" + call.body);
        buffer->open(QIODevice::ReadOnly);
        buffer->seek(7);
        call.device = std::move(buffer);
        return manager.post(request, call.device.get());
    }
    case 2: {
        call.device = std::make_unique<CallersDevice>(
            CallersDevice::Kind::RandomAccess, "skipped" + call.body);
        call.device->seek(7);
        return manager.sendCustomRequest(request, "PATCH", call.device.get());
    }
    case 3:
    case 4: {
        auto device = std::make_unique<CallersDevice>(CallersDevice::Kind::Sequential, call.body);
        if (m_chance.oneIn(2)) {
            device->holdBack(call.body.size() / 2);
            // The device's end also deletes the timer.
            auto timer = std::make_shared<std::unique_ptr<authcore::Clock::Timer>>();
            CallersDevice *pipe = device.get();
            *timer = m_clock.after(m_chance.latency(), [pipe] { pipe->release(); });
            connect(pipe, &QObject::destroyed, this, [timer] { timer->reset(); });
        }
        if (m_chance.oneIn(2)) {
            request.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
            request.setHeader(QNetworkRequest::ContentLengthHeader, call.body.size());
        } else {
            call.isCollected = true;
        }
        call.device = std::move(device);
        return manager.put(request, call.device.get());
    }
    case 5:
        call.body.clear();
        return manager.deleteResource(request);
    default:
        return manager.post(request, call.body);
    }
}

// Different callers connect to different signals.
void Simulation::follow(int id)
{
    QNetworkReply *reply = m_ledger.find(id)->reply;
    connect(reply, &QObject::destroyed, this, [this, id] { m_ledger.forget(id); });
    connect(reply, &QNetworkReply::errorOccurred, this, [this, id] {
        m_ledger.heardError(id);
        inSlot();
    });
    connect(reply, &QNetworkReply::finished, this, [this, id] { onFinished(id); });
    if (!m_chance.oneIn(4))
        return;
    connect(reply, &QNetworkReply::metaDataChanged, this, [this] { inSlot(); });
    connect(reply, &QNetworkReply::readyRead, this, [this, id] {
        Call *call = m_ledger.find(id);
        if (call && call->reply && !call->reply->isFinished())
            call->read += call->reply->read(40);
        inSlot();
    });
    connect(reply, &QNetworkReply::redirected, this, [this, id] {
        inSlot();
        const Call *call = m_ledger.find(id);
        if (call && call->reply && call->finished == 0)
            Q_EMIT call->reply->redirectAllowed();
    });
}

void Simulation::onFinished(int id)
{
    Call *call = m_ledger.find(id);
    if (!call || !call->reply) {
        m_ledger.fail(u"finished() of a reply that is gone"_s, id);
        return;
    }
    QNetworkReply *reply = call->reply;
    if (reply->isReadable())
        call->read += reply->readAll();
    m_ledger.heardFinished(*call);
    if (call->lastStatus == 200)
        ++m_counts.good;
    if (auto *device = qobject_cast<CallersDevice *>(call->device.get()))
        device->takeAway();
    inSlot();
    call = m_ledger.find(id); // a slot may have deleted the call
    if (!call || !call->reply)
        return;
    const bool isAutoDeleted =
        reply->request().attribute(QNetworkRequest::AutoDeleteReplyOnFinishAttribute).toBool();
    if (m_chance.perMille(m_mix.inSlots))
        delete reply;
    else if (m_chance.oneIn(8) && !isAutoDeleted)
        m_leftLying.push_back(id);
    else
        reply->deleteLater();
}

int Simulation::anyCall()
{
    auto &calls = m_ledger.calls();
    if (calls.empty())
        return 0;
    const int first = calls.begin()->first;
    const int last = calls.rbegin()->first;
    return calls.lower_bound(m_chance.between(first, last))->first;
}

void Simulation::withdrawOne()
{
    if (const int id = anyCall())
        withdraw(id, m_chance.below(4));
}

// Aborts everything, like a person who stops a run to begin the next one.
void Simulation::stopAll()
{
    m_ledger.note("stops all");
    std::vector<int> ids;
    for (const auto &[id, call] : m_ledger.calls())
        ids.push_back(id);
    for (const int id : ids)
        withdraw(id, 0);
    for (int i = 0; i < 16; ++i)
        issue();
}

void Simulation::withdraw(int id, int how)
{
    Call *call = m_ledger.find(id);
    if (!call || !call->reply)
        return;
    QNetworkReply *reply = call->reply;
    const bool wasFlying = call->isFlying;
    if (how != 3)
        m_ledger.withdrawing(*call);
    const Ledger::Aborting aborting(m_ledger, wasFlying ? call->manager : nullptr);
    switch (how) {
    case 0:
        reply->abort();
        break;
    case 1:
        reply->close();
        break;
    case 2:
        delete reply;
        return;
    default:
        reply->deleteLater();
        return;
    }
    call = m_ledger.find(id);
    // In a slot, the call may already be ending.
    if (m_depth == 0 && call && call->finished == 0)
        m_ledger.fail(u"Aborted, but not finished"_s, id);
}

// --- users and incidents ---------------------------------------------------------------------

void Simulation::step()
{
    const int dice = m_chance.below(1000);
    if (dice < 250 && m_ledger.openCount() < 3000) {
        const int count = m_chance.oneIn(300) ? 200 : 1;
        for (int i = 0; i < count; ++i)
            issue();
    } else if (m_chance.perMille(m_mix.withdrawals)) {
        const int count = m_chance.oneIn(100) ? m_ledger.openCount() : 1;
        for (int i = 0; i < count; ++i)
            withdrawOne();
    } else if (m_chance.perMille(m_mix.withdrawals) && m_chance.oneIn(100)) {
        stopAll();
    } else if (m_chance.perMille(m_mix.revocations)) {
        m_ledger.note("access revoked");
        m_server.revokeAccess();
    } else if (m_chance.perMille(m_mix.people)) {
        person();
    } else if (m_chance.perMille(m_mix.upheavals)) {
        upheaval();
    } else if (m_mix.others > 0 && m_chance.perMille(m_mix.others)) {
        m_other.refresh(m_session->keyFor(m_session->tokens().userName));
    } else if (m_chance.oneIn(20)) {
        sleep(std::chrono::milliseconds(m_chance.below(int(m_mix.pause.count()))));
    } else {
        advance();
    }
    // Usually events are delivered one by one, sometimes several at once.
    if (!m_chance.oneIn(20))
        drain();
    check();
}

void Simulation::person()
{
    switch (m_chance.below(14)) {
    case 0:
        m_ledger.note("signs out");
        m_session->signOut();
        break;
    case 1:
        signIn(false);
        break;
    case 2:
    case 3:
    case 4:
        signIn(true);
        break;
    case 5:
        m_session->refreshNow();
        break;
    case 6: {
        authcore::TokenSet tokens = m_session->tokens();
        tokens.accessToken.replace("AT-", "AT-broken-");
        giveTokens(tokens);
        break;
    }
    case 7: {
        authcore::TokenSet tokens = m_session->tokens();
        tokens.refreshToken.replace("RT-", "RT-broken-");
        giveTokens(tokens);
        break;
    }
    case 8:
        giveTokens(authcore::TokenSet(m_earlier)); // a copy, since a slot may replace m_earlier
        break;
    case 9: {
        authcore::TokenSet tokens = m_session->tokens();
        tokens.refreshToken.clear();
        giveTokens(tokens);
        break;
    }
    case 10: {
        authcore::TokenSet tokens = m_session->tokens();
        tokens.accessToken.clear();
        giveTokens(tokens);
        break;
    }
    case 11: {
        authcore::TokenSet tokens = m_server.signIn(anyAccount(m_chance));
        tokens.accountId.clear(); // as from a server that does not name the account
        tokens.userName.clear();
        giveTokens(tokens);
        break;
    }
    case 12:
        m_earlier = m_session->tokens();
        break;
    default:
        m_ledger.note("holds, or not");
        m_ledger.waitsAnew(m_managers.front().get());
        m_managers.front()->setWithoutSession(m_chance.oneIn(2)
                ? AuthNetworkAccessManager::WithoutSession::SendBare
                : AuthNetworkAccessManager::WithoutSession::HoldUntilSignIn);
        break;
    }
}

void Simulation::upheaval()
{
    switch (m_chance.below(12)) {
    case 10:
        m_store.isFull = !m_store.isFull;
        m_ledger.note(m_store.isFull ? "disk full" : "disk has room");
        break;
    case 11: {
        const auto time = std::chrono::seconds(m_chance.below(60));
        m_ledger.stopped(time);
        m_clock.jump(time);
        break;
    }
    case 0:
    case 1:
        m_ledger.note("family revoked");
        m_server.revokeFamily(m_session->tokens().refreshToken);
        break;
    case 2:
        m_ledger.note("clock set");
        m_clock.setNow(m_clock.now() + std::chrono::minutes(m_chance.between(-1'500, 1'500)));
        break;
    case 3:
        changeProfile();
        break;
    case 4:
        replaceManager();
        break;
    case 5:
        restart();
        break;
    case 6:
        anotherProcess();
        break;
    case 7:
        m_ledger.note("sleeps long");
        sleep(std::chrono::seconds(m_chance.below(600)));
        break;
    case 8:
        m_ledger.note("restores");
        m_session->restore(anyAccount(m_chance));
        break;
    default:
        m_session->setPersistence(m_chance.oneIn(3) ? AuthSession::Persistence::MemoryOnly
                                                    : AuthSession::Persistence::Store);
        break;
    }
}

// Slots do anything a caller may do, down to a limited depth.
void Simulation::inSlot()
{
    if (m_isResting || m_depth >= int(deepest) || !m_chance.perMille(m_mix.inSlots))
        return;
    ++m_depth;
    switch (m_chance.below(8)) {
    case 0:
    case 1:
    case 2:
        withdrawOne();
        break;
    case 3:
    case 4:
        issue();
        break;
    case 5:
        person();
        break;
    case 6:
        if (m_chance.oneIn(4))
            changeProfile();
        break;
    default:
        if (m_chance.oneIn(4))
            replaceManager();
        break;
    }
    --m_depth;
}

void Simulation::signIn(bool sameAccount)
{
    const QString present = m_session->tokens().userName;
    giveTokens(m_server.signIn(sameAccount && !present.isEmpty() ? present : anyAccount(m_chance)));
}

void Simulation::giveTokens(const authcore::TokenSet &tokens)
{
    if (tokens.isEmpty())
        return;
    m_ledger.note("tokens by hand");
    m_ledger.cameFromOutside(tokens.refreshToken);
    m_session->setTokens(tokens);
}

void Simulation::changeProfile()
{
    m_ledger.note("profile");
    switch (m_chance.below(4)) {
    case 0: // the session ends
        if (m_profile.protectedOrigins.size() == 3)
            m_profile.protectedOrigins.removeLast();
        else
            m_profile.protectedOrigins.append(u"http://127.0.0.1:81"_s);
        break;
    case 1: // likewise
        m_profile.refresh.url = QUrl(m_chance.oneIn(2) ? u"/token"_s : u"/authorization/refresh"_s);
        break;
    default:
        m_profile.publicPaths = m_chance.oneIn(2) ? QStringList {u"/public/*"_s} : QStringList {};
        break;
    }
    m_session->setProfile(m_profile);
}

void Simulation::replaceManager()
{
    m_ledger.note("manager replaced");
    const auto index = static_cast<std::size_t>(m_chance.below(int(m_managers.size())));
    auto old = std::move(m_managers[index]);
    m_managers.erase(m_managers.begin() + static_cast<std::ptrdiff_t>(index));
    addManager();
    const void *gone = old.get();
    old.reset();
    m_ledger.forgetManager(gone);
}

void Simulation::addManager()
{
    m_managers.push_back(std::make_unique<Manager>(*m_session, *this));
    if (m_mix.people > 0 && m_chance.oneIn(2))
        m_managers.back()->setWithoutSession(
            AuthNetworkAccessManager::WithoutSession::HoldUntilSignIn);
}

void Simulation::makeSession()
{
    m_session = std::make_unique<AuthSession>(
        m_profile, m_store, m_clock, [this] { return m_chance.real(); },
        std::make_unique<Endpoint>(*this));
    m_ledger.watch(m_session.get());
    connect(m_session.get(), &AuthSession::refreshStarted, this, [this] { inSlot(); });
    connect(m_session.get(), &AuthSession::refreshFailed, this, [this] {
        m_refreshesBefore = m_counts.refreshes;
        inSlot();
    });
    connect(m_session.get(), &AuthSession::tokensRefreshed, this, [this] {
        const int before = std::exchange(m_refreshesBefore, m_counts.refreshes);
        m_counts.adopted += m_counts.refreshes == before ? 1 : 0;
        inSlot();
    });
    connect(m_session.get(), &AuthSession::sessionEnded, this, [this] {
        m_ledger.note("session ended");
        ++m_counts.ended;
        inSlot();
    });
    connect(m_session.get(), &AuthSession::tokensReplaced, this,
        [this](const authcore::TokenSet &tokens) {
            m_ledger.cameFromOutside(tokens.refreshToken); // also restored tokens
            inSlot();
        });
    connect(m_session.get(), &AuthSession::signInRequired, this, [this] {
        m_visitor = m_clock.after(std::chrono::milliseconds(m_chance.below(20'000)), [this] {
            if (!m_session->isSignedIn())
                signIn(m_chance.oneIn(2));
        });
        inSlot();
    });
    for (int i = 0; i < m_mix.managers; ++i)
        addManager();
}

// Restarts the application: only the store's content remains.
void Simulation::restart()
{
    m_ledger.note("restart");
    m_unstorable.reset();
    const QString account = m_session->tokens().userName;
    for (const auto &manager : m_managers)
        m_ledger.forgetManager(manager.get());
    m_managers.clear();
    m_session.reset();
    drain();
    // A process that ends before it repeats a failed write leaves a spent token in the store.
    for (const QByteArray &token : m_store.refreshTokens())
        m_ledger.cameFromOutside(token);
    makeSession();
    m_session->restore(account.isEmpty() ? anyAccount(m_chance) : account);
}

void Simulation::anotherProcess()
{
    if (m_mix.others > 0)
        return; // OtherProcess does this with the lock
    const authcore::TokenKey key = m_session->keyFor(m_session->tokens().userName);
    std::optional<authcore::TokenSet> tokens = m_store.find(key.toString());
    if (!tokens || tokens->refreshToken.isEmpty() || m_server.detectsReuse)
        return;
    const AuthorizationServer::Grant grant = m_server.refresh(tokens->refreshToken);
    if (!grant.ok)
        return;
    m_ledger.note("another process refreshed");
    tokens->accessToken = grant.tokens.accessToken;
    tokens->refreshToken = grant.tokens.refreshToken;
    tokens->expiresAt = grant.tokens.expiresAt;
    tokens->receivedAt = grant.tokens.receivedAt;
    m_store.put(key.toString(), *tokens);
}

// --- time ------------------------------------------------------------------------------------

void Simulation::advance()
{
    const auto next = m_clock.nextTimer();
    m_clock.advance(std::min(next.value_or(10ms), std::chrono::milliseconds(100)));
    // Delete a reply that its caller has kept after its end.
    if (!m_leftLying.empty() && m_chance.oneIn(4)) {
        withdraw(m_leftLying.back(), 2);
        m_leftLying.pop_back();
    }
}

void Simulation::sleep(std::chrono::milliseconds time)
{
    drain();
    const auto end = m_clock.monotonic() + time;
    for (auto next = m_clock.nextTimer();
         m_ledger.isFine() && next && m_clock.monotonic() + *next <= end;
         next = m_clock.nextTimer()) {
        m_clock.advance(*next);
        drain();
        check();
    }
    if (m_clock.monotonic() < end)
        m_clock.advance(std::chrono::ceil<std::chrono::milliseconds>(end - m_clock.monotonic()));
    drain();
}

// Delivers also the events that a deletion posts, before the clock advances.
void Simulation::drain()
{
    for (int round = 0; round < 4; ++round) {
        QCoreApplication::sendPostedEvents();
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }
    endRests();
}

// A manager rests after an abort by a real timer, which no simulated time ends.
void Simulation::endRests()
{
    for (const auto &manager : m_managers) {
        for (QTimer *timer : manager->findChildren<QTimer *>()) {
            if (timer->isActive()) {
                QTimerEvent event(timer->timerId());
                QCoreApplication::sendEvent(timer, &event);
            }
        }
    }
}

void Simulation::check()
{
    m_ledger.checkHeld([this](const void *manager) {
        if (m_session->isSignedIn())
            return false;
        for (const auto &ours : m_managers) {
            if (ours.get() == manager)
                return ours->withoutSession()
                    == AuthNetworkAccessManager::WithoutSession::HoldUntilSignIn;
        }
        return false;
    });
}

// Sends nothing more: all calls must finish, and no object or timer may remain.
void Simulation::rest()
{
    m_isResting = true;
    m_visitor.reset();
    m_store.failures = 0;
    m_store.delays = 0;
    m_store.isFull = false;
    m_ledger.note("rest");
    if (m_ledger.isFine() && !m_session->isSignedIn())
        signIn(true);
    sleep(10min);
    for (auto &[id, call] : m_ledger.calls()) {
        if (call.finished == 0 && m_ledger.isFine() && !call.isAfterHop)
            m_ledger.fail(u"Never finished"_s, id);
    }
    const int lying = int(m_ledger.calls().size());
    for (int i = 0; i < lying && m_ledger.isFine(); ++i)
        withdraw(m_ledger.calls().begin()->first, 2);
    m_session->signOut();
    sleep(10min);
    if (!m_ledger.isFine())
        return;
    for (const auto &manager : m_managers) {
        if (manager->activeCount() != 0 || !manager->pendingReplies().isEmpty())
            m_ledger.fail(u"Something stays with a manager: %1 active, %2 pending"_s
                              .arg(manager->activeCount())
                              .arg(manager->pendingReplies().size()));
    }
    if (m_ledger.exchanges() != 0 || m_replies != 0)
        m_ledger.fail(
            u"%1 refreshes and %2 inner replies stay"_s.arg(m_ledger.exchanges()).arg(m_replies));
    if (m_clock.pendingTimers() != 0)
        m_ledger.fail(u"%1 timers stay"_s.arg(m_clock.pendingTimers()));
}

} // namespace soak
