#include "tests/support/world.h"

#include <algorithm>
#include <chrono>

namespace test {

void giveTime(authcore::BackendProfile &profile)
{
    profile.policy.tryTimeout = profile.policy.totalTimeout = profile.policy.holdTimeout =
        std::chrono::hours(1);
}

World::World(const Tweak &tweak, const demobackend::DemoBackend::Options &options)
    : backend(options)
{
    const QString problem = backend.start();
    if (!problem.isEmpty())
        qFatal("%s", qPrintable(problem));
    profile = *authcore::BackendProfile::preset(QStringLiteral("custom-jwt"), backend.url());
    if (tweak)
        tweak(profile);
    auto knobs = backend.knobs(); // so that new tokens live exactly 900 s
    knobs.clockStandsAt =
        std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    backend.setKnobs(knobs);
    session =
        std::make_unique<authcore::AuthSession>(profile, store, clock, [this] { return dice; });
    manager = std::make_unique<authcore::AuthNetworkAccessManager>(*session);
}

World::~World() = default;

bool World::signIn(const QString &user)
{
    authcore::PasswordSignIn signIn(*session);
    QSignalSpy succeeded(&signIn, &authcore::PasswordSignIn::succeeded);
    signIn.signIn(user, user + QStringLiteral("-demo-1"));
    const bool ok = succeeded.wait(patience);
    backend.clearTranscript();
    return ok;
}

void World::breakAccess()
{
    auto tokens = session->tokens();
    tokens.accessToken = "broken" + tokens.accessToken.mid(6);
    session->setTokens(tokens);
}

void World::breakRefresh()
{
    auto tokens = session->tokens();
    tokens.refreshToken = "broken" + tokens.refreshToken.mid(6);
    session->setTokens(tokens);
}

QNetworkRequest World::request(const QString &path) const
{
    return QNetworkRequest(url(path));
}

Caller &World::get(const QString &path)
{
    return watch(manager->get(request(path)));
}

Caller &World::post(const QByteArray &body, const QString &path)
{
    auto posted = request(path);
    posted.setRawHeader("Content-Type", "application/octet-stream");
    return watch(manager->post(posted, body));
}

Caller &World::watch(QNetworkReply *reply)
{
    callers.push_back(std::make_unique<Caller>(reply));
    return *callers.back();
}

int World::finishedCount() const
{
    return static_cast<int>(std::count_if(
        callers.begin(), callers.end(), [](const auto &caller) { return caller->finished > 0; }));
}

int World::endedWith(int status) const
{
    return static_cast<int>(
        std::count_if(callers.begin(), callers.end(), [status](const auto &caller) {
            return caller->finished == 1 && caller->status == status;
        }));
}

int World::refreshesOnTheWire() const
{
    return static_cast<int>(
        backend.transcript(QStringLiteral("POST /authorization/refresh")).size());
}

std::optional<authcore::TokenSet> World::stored()
{
    std::optional<authcore::TokenSet> found;
    bool done = false;
    store.load({profile.id, QStringLiteral("anna"), {}, {}}, &store,
        [&](const authcore::TokenStore::Loaded &loaded) {
            found = std::get<std::optional<authcore::TokenSet>>(loaded);
            done = true;
        });
    return eventually([&] { return done; }) ? found : std::nullopt;
}

bool World::loseRaceTo(const authcore::TokenSet &winners)
{
    auto used = session->tokens();
    used.accessToken = "broken";
    used.refreshToken = "used up";
    session->setPersistence(authcore::AuthSession::Persistence::MemoryOnly);
    session->setTokens(used);
    if (stored())
        return false;
    session->setPersistence(authcore::AuthSession::Persistence::Store);
    store.save({profile.id, QStringLiteral("anna"), {}, {}}, winners, &store, [](auto) {});
    return true;
}

} // namespace test
