#include "demobackendclient.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QJsonArray>
#include <QtCore/QMessageAuthenticationCode>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

using namespace Qt::Literals::StringLiterals;
using namespace demobackend;
using namespace std::chrono_literals;

namespace {

QString signedWith(const QByteArray &key, const QJsonObject &claims)
{
    const auto base64Url = QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals;
    const auto part = [&](const QJsonObject &object) {
        return QJsonDocument(object).toJson(QJsonDocument::Compact).toBase64(base64Url);
    };
    const QByteArray input = part({{u"alg"_s, u"HS256"_s}}) + '.' + part(claims);
    const auto signature = QMessageAuthenticationCode::hash(input, key, QCryptographicHash::Sha256);
    return QString::fromLatin1(input + '.' + signature.toBase64(base64Url));
}

} // namespace

//! The state that survives a restart, and bad state files.
class TestDemoBackendState : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void withoutAFileNothingIsWritten();
    void fileIsForTheOwnerAlone();
    void fileHasNoTokens();
    void sessionSurvives();
    void fileOfTheOnlyDialectIsRead();
    void usedTokensStayUsed();
    void expiredStaysExpired();
    void expiredRefreshTokensAreForgotten();
    void revokedStaysRevoked();
    void rememberedPortIsTried();
    void badFileIsAnErrorAndKept_data();
    void badFileIsAnErrorAndKept();
    void fileThatCannotBeWrittenIsAnError();

private:
    void restart();
    [[nodiscard]] WireClient client() const { return WireClient(*m_backend); }
    [[nodiscard]] QByteArray fileContent() const;

    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_file;
    std::unique_ptr<DemoBackend> m_backend;
};

void TestDemoBackendState::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_file = m_folder->filePath(u"deeper/state.json"_s);
    restart();
}

void TestDemoBackendState::cleanup()
{
    m_backend.reset();
    m_folder.reset();
}

void TestDemoBackendState::restart()
{
    m_backend.reset();
    m_backend = std::make_unique<DemoBackend>(DemoBackend::Options {.stateFile = m_file});
    QCOMPARE(m_backend->start(), QString());
}

QByteArray TestDemoBackendState::fileContent() const
{
    QFile file(m_file);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void TestDemoBackendState::withoutAFileNothingIsWritten()
{
    QFile::remove(m_file);
    DemoBackend inMemory;
    QCOMPARE(inMemory.start(), QString());
    QCOMPARE(WireClient(inMemory).signIn().status, 200);
    inMemory.revokeEverything();
    QVERIFY(!QFileInfo::exists(m_file));
}

void TestDemoBackendState::fileIsForTheOwnerAlone()
{
    const auto owner = QFileDevice::ReadOwner | QFileDevice::WriteOwner;
    // Qt adds the flags of the user who runs the program.
    const auto user = QFileDevice::ReadUser | QFileDevice::WriteUser;
    QCOMPARE(QFileInfo(m_file).permissions(), owner | user);
    QVERIFY(QFile::setPermissions(m_file, owner | QFileDevice::ReadGroup | QFileDevice::ReadOther));
    QCOMPARE(client().signIn().status, 200);
    QCOMPARE(QFileInfo(m_file).permissions(), owner | user);
}

void TestDemoBackendState::fileHasNoTokens()
{
    const auto tokens = client().signIn();
    const auto content = fileContent();
    QVERIFY(!content.isEmpty());
    QVERIFY(!content.contains(tokens.text("refreshToken").toLatin1()));
    QVERIFY(!content.contains(tokens.text("authorizationToken").toLatin1()));
}

void TestDemoBackendState::sessionSurvives()
{
    const auto tokens = client().signIn();
    const auto url = m_backend->url();
    restart();
    QCOMPARE(m_backend->url(), url);
    QCOMPARE(client().resources(tokens.text("authorizationToken")).status, 200);
    QCOMPARE(client().refresh(tokens.text("refreshToken")).status, 200);
    QCOMPARE(m_backend->transcript(),
        QStringList(
            {u"GET /api/resources [A1] -> 200"_s, u"POST /authorization/refresh [R1] -> 200"_s}));
}

void TestDemoBackendState::fileOfTheOnlyDialectIsRead()
{
    // State files of the first version name no dialect, neither for refresh tokens nor for access
    // tokens.
    const auto refreshToken = client().signIn().text("refreshToken");
    m_backend.reset();
    auto state = QJsonDocument::fromJson(fileContent()).object();
    auto tokens = state["refreshTokens"_L1].toArray();
    auto token = tokens.first().toObject();
    QCOMPARE(token.take("dialect"_L1).toString(), u"custom-jwt"_s);
    tokens[0] = token;
    state["refreshTokens"_L1] = tokens;
    QFile file(m_file);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QJsonDocument(state).toJson());
    file.close();
    restart();
    const auto accessToken = signedWith(
        QByteArray::fromBase64(state["signingKey"_L1].toString().toLatin1()),
        {{u"name"_s, u"anna"_s}, {u"exp"_s, qint64(4102444800)}, {u"epoch"_s, state["epoch"_L1]}});
    QCOMPARE(client().resources(accessToken).status, 200);
    QCOMPARE(client().refresh(refreshToken).status, 200);
    QCOMPARE(client().refresh(refreshToken).status, 401);
}

void TestDemoBackendState::usedTokensStayUsed()
{
    const auto used = client().signIn().text("refreshToken");
    const auto successor = client().refresh(used).text("refreshToken");
    restart();
    QCOMPARE(client().refresh(used).status, 401);
    QCOMPARE(m_backend->counters().reuses, 1);
    restart();
    QCOMPARE(client().refresh(successor).status, 401); // the family has ended
}

void TestDemoBackendState::expiredStaysExpired()
{
    const auto tokens = client().signIn();
    m_backend->expireAccessTokens();
    restart();
    QCOMPARE(client().resources(tokens.text("authorizationToken")).status, 401);
    QCOMPARE(client().refresh(tokens.text("refreshToken")).status, 200);
}

void TestDemoBackendState::expiredRefreshTokensAreForgotten()
{
    auto knobs = m_backend->knobs();
    auto token = client().signIn().text("refreshToken");
    qsizetype size = 0;
    for (int week = 1; week <= 8; ++week) {
        token = client().refresh(token).text("refreshToken");
        knobs.clockOffset += 6 * 24h;
        m_backend->setKnobs(knobs);
        size = week == 4 ? fileContent().size() : size;
    }
    QVERIFY(!token.isEmpty());
    QVERIFY(size > 0 && fileContent().size() <= size);
}

void TestDemoBackendState::revokedStaysRevoked()
{
    const auto tokens = client().signIn();
    m_backend->revokeEverything();
    restart();
    QCOMPARE(client().resources(tokens.text("authorizationToken")).status, 401);
    QCOMPARE(client().refresh(tokens.text("refreshToken")).status, 401);
}

void TestDemoBackendState::rememberedPortIsTried()
{
    const auto port = quint16(m_backend->url().port());
    m_backend.reset();
    DemoBackend squatter({.port = port, .requirePort = true});
    QCOMPARE(squatter.start(), QString());
    DemoBackend insists({.stateFile = m_file, .requirePort = true});
    QVERIFY(insists.start().contains(QString::number(port)));
    restart();
    QVERIFY(m_backend->url().port() != port);
}

void TestDemoBackendState::badFileIsAnErrorAndKept_data()
{
    QTest::addColumn<QByteArray>("content");
    const QByteArray key(R"("signingKey":"c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0MTI=")");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("not JSON") << QByteArray("\x7f"
                                            "ELF garbage");
    QTest::newRow("cut short") << QByteArray(R"({"version":1,)") + key;
    QTest::newRow("not an object") << QByteArray("[1]");
    QTest::newRow("of another version") << QByteArray(R"({"version":2,)") + key + "}";
    QTest::newRow("without a key") << QByteArray(R"({"version":1,"refreshTokens":[]})");
    QTest::newRow("key too short")
        << QByteArray(R"({"version":1,"signingKey":"c2VjcmV0","refreshTokens":[]})");
    QTest::newRow("no refresh tokens") << R"({"version":1,)" + key + "}";
    QTest::newRow("a refresh token of nobody")
        << R"({"version":1,)" + key + R"(,"refreshTokens":[{"sha256":"AA=="}]})";
    QTest::newRow("port out of range")
        << R"({"version":1,"port":70000,)" + key + R"(,"refreshTokens":[]})";
}

void TestDemoBackendState::badFileIsAnErrorAndKept()
{
    QFETCH(QByteArray, content);
    m_backend.reset();
    QFile file(m_file);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(content);
    file.close();
    DemoBackend backend({.stateFile = m_file});
    const auto problem = backend.start();
    QVERIFY2(problem.contains(m_file), qPrintable(problem));
    QVERIFY2(!problem.contains(u"c2VjcmV0"_s), qPrintable(problem));
    QCOMPARE(fileContent(), content);
}

void TestDemoBackendState::fileThatCannotBeWrittenIsAnError()
{
    for (const auto &path : {m_folder->path(), QString(m_file + u"/below"_s)}) {
        DemoBackend backend({.stateFile = path});
        QVERIFY2(backend.start().contains(path), qPrintable(path));
    }
}

QTEST_GUILESS_MAIN(TestDemoBackendState)
#include "tst_demobackendstate.moc"
