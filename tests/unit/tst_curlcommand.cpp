#include "authcore/lab/connect/curlcommand.h"

#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using namespace authcore::lab;

//! Commands as browsers copy them, and as people write them.
class CurlCommandTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void understood_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("request");
        const auto row = [](const char *name, const QString &text, const QString &request) {
            QTest::newRow(name) << text << request;
        };
        // clang-format off
        row("an address alone", u"curl https://a.org/x"_s, u"GET https://a.org/x"_s);
        row("an address without a scheme", u"curl a.org/x"_s, u"GET http://a.org/x"_s);
        row("Chrome for a shell", u"curl 'https://a.org/login' \\\n  -H 'accept: */*' \\\n  -H 'content-type: application/json' \\\n  --data-raw '{\"u\":\"anna\",\"p\":\"it'\\''s\"}' \\\n  --compressed"_s,
            u"POST https://a.org/login|accept: */*|content-type: application/json|{\"u\":\"anna\",\"p\":\"it's\"}"_s);
        row("Chrome with escapes", u"curl 'https://a.org/' --data-raw $'{\"p\":\"it\\'s \\u0021\\n\"}'"_s, u"POST https://a.org/|{\"p\":\"it's !\n\"}"_s);
        row("Firefox", u"curl 'https://a.org/' -X POST -H 'Content-Type: application/json' --data-raw '{}'"_s, u"POST https://a.org/|Content-Type: application/json|{}"_s);
        row("Chrome for cmd", u"curl ^\"https://a.org/l?a=1^&b=2^\" ^\r\n  -H ^\"accept: */*^\" ^\r\n  --data-raw ^\"^{^\\^\"u^\\^\":^\\^\"anna^\\^\"^}^\""_s, u"POST https://a.org/l?a=1&b=2|accept: */*|{\"u\":\"anna\"}"_s);
        row("older Chrome for cmd", u"curl \"https://a.org/l\" ^\n  -H \"accept: */*\" ^\n  --data-raw \"{\\\"u\\\":\\\"anna\\\"}\" ^\n  --compressed"_s, u"POST https://a.org/l|accept: */*|{\"u\":\"anna\"}"_s);
        row("Firefox for cmd", u"curl \"https://a.org/l\" ^\n --data-raw \"{\"\"u\"\":1}\""_s, u"POST https://a.org/l|{\"u\":1}"_s);
        row("letters in one word", u"curl -sSXPUT -d a=1 -d 'b=2' https://a.org"_s, u"PUT https://a.org|a=1&b=2"_s);
        row("encoded data", u"curl https://a.org --data-urlencode 'p=a b&c'"_s, u"POST https://a.org|p=a%20b%26c"_s);
        row("JSON by its option", u"curl --json '{}' https://a.org"_s, u"POST https://a.org|Content-Type: application/json|{}"_s);
        row("a multipart form", u"curl -F user=anna -F 'pass=x y' https://a.org"_s, u"POST https://a.org|user=anna|pass=x y"_s);
        row("names of cookies only", u"curl https://a.org -b 'sid=hush; lang=de' -H 'Cookie: x=hush'"_s, u"GET https://a.org|cookies sid,lang,x"_s);
        row("the name of HTTP Basic only", u"curl -u anna:hush https://a.org"_s, u"GET https://a.org|user anna"_s);
        row("double quotes", u"curl \"https://a.org/\\$x\" -d \"a\\\"b\\\\c\""_s, u"POST https://a.org/$x|a\"b\\c"_s);
        row("what follows the command", u"curl https://a.org | jq . > x"_s, u"GET https://a.org"_s);
        row("with the prompt", u"  $ curl https://a.org  "_s, u"GET https://a.org"_s);
        row("options that do not matter", u"curl -k -o file -m 5 https://a.org"_s, u"GET https://a.org|--insecure is not part of a profile"_s);
        row("a backslash in a word", u"curl https://a.org -d a\\ b"_s, u"POST https://a.org|a b"_s);
        // clang-format on
    }
    void understood()
    {
        QFETCH(const QString, text);
        const auto parsed = CurlCommand::parse(text);
        if (const auto *const problem = std::get_if<CurlProblem>(&parsed))
            QFAIL(qPrintable(problem->text));
        const auto &command = std::get<CurlCommand>(parsed);
        QStringList parts {QString::fromLatin1(command.method) + u' ' + command.url.toString()};
        for (const auto &[name, value] : command.headers)
            parts.append(name + u": " + value);
        if (command.body)
            parts.append(*command.body);
        for (const auto &[name, value] : command.fields)
            parts.append(name + u'=' + value);
        if (!command.cookies.isEmpty())
            parts.append(u"cookies "_s + command.cookies.join(u','));
        if (command.userName)
            parts.append(u"user "_s + *command.userName);
        parts += command.notes;
        QTEST(parts.join(u'|'), "request");
    }

    void refused_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("problem");
        const auto row = [](const char *name, const QString &text, const QString &problem) {
            QTest::newRow(name) << text << problem;
        };
        const auto noCurl = u"it does not begin with \"curl\"; in the network panel of the browser "
                            "choose Copy, then Copy as cURL"_s;
        row("nothing", {}, noCurl);
        row("another program", u"wget https://a.org"_s, noCurl);
        row("no address", u"curl -X POST"_s, u"it has no address"_s);
        row("no http", u"curl ftp://a.org"_s, u"its address is no http or https URL"_s);
        row("two addresses", u"curl https://a.org https://b.org"_s,
            u"there are two addresses; copy one request only"_s);
        row("an open quote", u"curl 'https://a.org"_s,
            u"a quote is not closed; copy the whole command"_s);
        row("an open double quote", u"curl \"https://a.org"_s,
            u"a quote is not closed; copy the whole command"_s);
        row("an open quote for cmd", u"curl ^\n\"https://a.org"_s,
            u"a quote is not closed; copy the whole command"_s);
        row("an unknown option", u"curl --frobnicate hush https://a.org"_s,
            u"--frobnicate is an option of curl that is not known here; take it out of the command"_s);
        row("an unknown letter", u"curl -sQ hush https://a.org"_s,
            u"-Q is an option of curl that is not known here; take it out of the command"_s);
        row("an option without its value", u"curl https://a.org -H"_s, u"-H has no value"_s);
        row("a body in a file", u"curl https://a.org -d @file"_s,
            u"the body is in a file; put its text in place of the file's name, after --data-raw"_s);
        row("too long", u"curl https://a.org -d "_s + QString(CurlCommand::longest, u'x'),
            u"it is longer than 262144 characters"_s);
    }
    void refused()
    {
        QFETCH(const QString, text);
        const auto parsed = CurlCommand::parse(text);
        QVERIFY(std::holds_alternative<CurlProblem>(parsed));
        QTEST(std::get<CurlProblem>(parsed).text, "problem");
        QVERIFY(!std::get<CurlProblem>(parsed).text.contains("hush"_L1));
    }

    void everyBeginningOfACommandIsReadOrRefused()
    {
        const auto text =
            u"curl ^\n'a' $'\\x41\\u00e9' \"b\\\\\" -d \\\n x -F y=z https://a.org ^\" ^"_s;
        for (qsizetype size = 0; size <= text.size(); ++size) {
            const auto parsed = CurlCommand::parse(text.left(size));
            const auto shell = CurlCommand::parse(QString(text.left(size)).remove(u'^'));
            QVERIFY(parsed.index() + shell.index() < 3);
        }
    }
};

QTEST_GUILESS_MAIN(CurlCommandTest)

#include "tst_curlcommand.moc"
