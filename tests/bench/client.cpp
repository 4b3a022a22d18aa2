// One measured run in a process of its own. It signs in and does one job, either with a plain
// manager and a hand-set header or with an AuthNetworkAccessManager. It prints each result as a
// line "name value".
//
//     bench_client JOB plain|auth --server URL [--target URL] [--ca FILE] [--count N] [--parallel
//     N]
//                  [--refresh-first] [--trace]
//
// It prints "ready" and waits for a line before it begins.
#include "authcore/network/authnetworkaccessmanager.h"
#include "authcore/session/traceevent.h"
#include "authcore/signin/passwordsignin.h"
#include "authcore/tokens/memorytokenstore.h"
#include "tests/bench/job.h"

#include <QtCore/QCommandLineParser>
#include <QtCore/QCoreApplication>
#include <QtNetwork/QSslCertificate>
#include <QtNetwork/QSslConfiguration>

#include <map>

using namespace Qt::StringLiterals;

namespace {

const std::map<QString, void (*)(const Job &)> jobs {
    {u"requests"_s, sendRequests},
    {u"held"_s, holdRequests},
    {u"queued"_s, queueRequests},
    {u"empty"_s, makeEmptyReplies},
    {u"download"_s, download},
    {u"upload"_s, upload},
    {u"upload-sequential"_s, uploadSequential},
};

class Counting : public authcore::TraceSink
{
public:
    void record(const authcore::TraceEvent &) override { ++m_events; }
    [[nodiscard]] int events() const { return m_events; }

private:
    int m_events = 0;
};

struct Options
{
    QString job;
    bool isPlain = false;
    QUrl server;
    QUrl target;
    QString certificate;
    qint64 count = 0;
    qint64 parallel = 0;
    bool refreshFirst = false;
    bool trace = false;
};

Options optionsOf(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.addOptions({{u"server"_s, {}, u"url"_s}, {u"target"_s, {}, u"url"_s},
        {u"ca"_s, {}, u"file"_s}, {u"count"_s, {}, u"n"_s, u"1"_s},
        {u"parallel"_s, {}, u"n"_s, u"1"_s}, {u"refresh-first"_s, {}}, {u"trace"_s, {}}});
    parser.process(arguments);
    Options options;
    options.job = parser.positionalArguments().value(0);
    options.isPlain = parser.positionalArguments().value(1) == "plain"_L1;
    options.server = QUrl(parser.value(u"server"_s));
    options.target = parser.isSet(u"target"_s) ? QUrl(parser.value(u"target"_s))
                                               : options.server.resolved(QUrl(u"/api/resources"_s));
    options.certificate = parser.value(u"ca"_s);
    options.count = parser.value(u"count"_s).toLongLong();
    options.parallel = parser.value(u"parallel"_s).toLongLong();
    options.refreshFirst = parser.isSet(u"refresh-first"_s);
    options.trace = parser.isSet(u"trace"_s);
    return options;
}

QNetworkRequest requestFor(const Options &options, const authcore::TokenSet &tokens)
{
    QNetworkRequest request(options.target);
    if (options.isPlain)
        request.setRawHeader("Authorization", "Bearer " + tokens.accessToken);
    if (!options.certificate.isEmpty()) {
        QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
        tls.setCaCertificates(QSslCertificate::fromPath(options.certificate));
        request.setSslConfiguration(tls);
    }
    return request;
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    const Options options = optionsOf(QCoreApplication::arguments());
    const auto job = jobs.find(options.job);
    if (job == jobs.end())
        return 2;
    auto profile = authcore::BackendProfile::preset(u"custom-jwt"_s, options.server);
    profile->protectedOrigins =
        QStringList {authcore::originOf(options.server), authcore::originOf(options.target)};
    authcore::MemoryTokenStore store;
    Counting sink;
    authcore::AuthSession session(*profile, store);
    if (options.trace)
        session.setTraceSink(&sink);
    QNetworkAccessManager plain;
    authcore::AuthNetworkAccessManager ours(session);
    QNetworkAccessManager &manager = options.isPlain ? plain : ours;

    authcore::PasswordSignIn signIn(session);
    QObject::connect(
        &signIn, &authcore::PasswordSignIn::failed, &app, [] { QCoreApplication::exit(3); });
    QObject::connect(&signIn, &authcore::PasswordSignIn::succeeded, &app, [&] {
        cue("ready");
        job->second({manager, session, requestFor(options, session.tokens()), options.count,
            options.parallel, options.refreshFirst});
    });
    signIn.signIn(u"anna"_s, u"anna-demo-1"_s);
    const int status = QCoreApplication::exec();
    session.setTraceSink(nullptr);
    return status;
}
