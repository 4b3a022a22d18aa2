#include "app/cli/arguments.h"

#include <QtCore/QCommandLineParser>

#include <algorithm>
#include <array>
#include <utility>

using namespace Qt::StringLiterals;
using authcore::lab::beforeFromName;
using authcore::lab::beforeNames;
using demobackend::RefreshAnswer;

namespace app::cli {

namespace {

constexpr int mostRequests = 100'000; // as many as a manager holds by default

constexpr std::array<std::pair<QLatin1StringView, RefreshAnswer>, 12> refreshAnswers {{
    {"ok"_L1, RefreshAnswer::Ok},
    {"invalid-grant"_L1, RefreshAnswer::InvalidGrant},
    {"401"_L1, RefreshAnswer::Unauthorized},
    {"403"_L1, RefreshAnswer::Forbidden},
    {"429"_L1, RefreshAnswer::TooManyRequests},
    {"500"_L1, RefreshAnswer::ServerError},
    {"hang"_L1, RefreshAnswer::Hang},
    {"drop"_L1, RefreshAnswer::Drop},
    {"drop-in-body"_L1, RefreshAnswer::DropInBody},
    {"lose-answer"_L1, RefreshAnswer::LoseAnswer},
    {"garbage"_L1, RefreshAnswer::Garbage},
    {"slow-body"_L1, RefreshAnswer::SlowBody},
}};

//! Reads options one by one; the first problem is kept.
class Reader
{
public:
    Reader(const QStringList &arguments, const QList<QCommandLineOption> &options)
    {
        m_parser.addOptions(options);
        m_parser.addOption(QCommandLineOption(QStringList {u"h"_s, u"help"_s}));
        m_parser.addOption(QCommandLineOption(u"version"_s));
        if (!m_parser.parse(arguments))
            note(m_parser.errorText());
        else if (!m_parser.positionalArguments().isEmpty())
            note(u"What is \"%1\" for? Options begin with --."_s.arg(
                m_parser.positionalArguments().constFirst()));
    }

    [[nodiscard]] bool isSet(const QString &name) const { return m_parser.isSet(name); }
    [[nodiscard]] const QString &problem() const { return m_problem; }

    void note(const QString &problem)
    {
        if (m_problem.isEmpty())
            m_problem = problem;
    }
    void readText(const QString &name, QString &value)
    {
        if (!isSet(name))
            return;
        value = m_parser.value(name);
        if (value.isEmpty())
            note(u"--%1 needs a value."_s.arg(name));
    }
    void readNumber(const QString &name, int least, int most, int &value)
    {
        if (!isSet(name))
            return;
        bool isNumber = false;
        value = m_parser.value(name).toInt(&isNumber);
        if (!isNumber || value < least || value > most)
            note(u"--%1 takes a number from %2 to %3, not \"%4\"."_s.arg(name)
                     .arg(least)
                     .arg(most)
                     .arg(m_parser.value(name)));
    }
    //! `find` answers an optional.
    template <typename Value, typename Find>
    void readOneOf(const QString &name, const QStringList &names, Value &value, Find find)
    {
        if (!isSet(name))
            return;
        if (const auto found = find(m_parser.value(name)))
            value = *found;
        else
            note(u"--%1 takes %2; not \"%3\"."_s.arg(
                name, names.join(u", "_s), m_parser.value(name)));
    }

private:
    QCommandLineParser m_parser;
    QString m_problem;
};

[[nodiscard]] QCommandLineOption withValue(const QString &name)
{
    return {name, {}, u"value"_s};
}

[[nodiscard]] std::optional<Format> formatFrom(const QString &name)
{
    if (name == "text"_L1)
        return Format::Text;
    if (name == "json"_L1)
        return Format::Json;
    return {};
}

[[nodiscard]] std::optional<QByteArray> methodFrom(const QString &name)
{
    if (name == "GET"_L1 || name == "POST"_L1)
        return name.toLatin1();
    return {};
}

[[nodiscard]] std::optional<QUrl> baseFrom(const QString &text)
{
    const QUrl url(text, QUrl::StrictMode);
    const bool isHttp = url.scheme() == "http"_L1 || url.scheme() == "https"_L1;
    if (!url.isValid() || !isHttp || url.host().isEmpty() || !url.userInfo().isEmpty())
        return {};
    return url;
}

//! What cannot be said together.
void checkTogether(Reader &reader, const RunArguments &run)
{
    const bool isDemo = !run.url;
    if (!isDemo && reader.isSet(u"next-refresh"_s))
        reader.note(u"--next-refresh is for the demo backend: leave out --url."_s);
    if (!isDemo && run.userName.isEmpty())
        reader.note(u"--url needs --user, and a password (see --password-file)."_s);
    if (!run.path.startsWith(u'/'))
        reader.note(u"--path begins with a slash, as in /api/resources."_s);
    if (!run.bodyFile.isEmpty() && run.method != "POST")
        reader.note(u"--body-file needs --method POST."_s);
    if (run.bodyFile == "-"_L1 && run.passwordFile == "-"_L1)
        reader.note(u"Only one of --body-file and --password-file can be standard input."_s);
}

[[nodiscard]] Arguments parseRun(const QStringList &arguments)
{
    const auto isPassword = [](const QString &argument) {
        return argument == "--password"_L1 || argument.startsWith("--password="_L1);
    };
    if (std::any_of(arguments.begin(), arguments.end(), isPassword))
        return UsageError {u"There is no --password: others could read it in the process list. "
                           "Use --password-file FILE ('-' is standard input), or the environment "
                           "variable TOKENFLIGHT_PASSWORD."_s};

    Reader reader(arguments,
        {withValue(u"profile"_s), withValue(u"url"_s), withValue(u"user"_s),
            withValue(u"password-file"_s), withValue(u"requests"_s), withValue(u"before"_s),
            withValue(u"next-refresh"_s), withValue(u"method"_s), withValue(u"path"_s),
            withValue(u"body-file"_s), withValue(u"format"_s)});
    if (reader.isSet(u"help"_s))
        return ShowHelp {};
    if (reader.isSet(u"version"_s))
        return ShowVersion {};

    RunArguments run;
    reader.readText(u"profile"_s, run.profile);
    reader.readOneOf(u"url"_s, {u"an http or https address without a user name"_s}, run.url,
        [](const QString &text) { return baseFrom(text); });
    reader.readText(u"user"_s, run.userName);
    reader.readText(u"password-file"_s, run.passwordFile);
    reader.readNumber(u"requests"_s, 1, mostRequests, run.requests);
    reader.readOneOf(u"before"_s, beforeNames(), run.before, beforeFromName);
    reader.readOneOf(u"next-refresh"_s, refreshAnswerNames(), run.nextRefresh, refreshAnswerFrom);
    reader.readOneOf(u"method"_s, {u"GET"_s, u"POST"_s}, run.method, methodFrom);
    reader.readText(u"path"_s, run.path);
    reader.readText(u"body-file"_s, run.bodyFile);
    reader.readOneOf(u"format"_s, {u"text"_s, u"json"_s}, run.format, formatFrom);
    checkTogether(reader, run);
    if (!reader.problem().isEmpty())
        return UsageError {reader.problem()};
    return run;
}

[[nodiscard]] Arguments parseServe(const QStringList &arguments)
{
    Reader reader(arguments, {withValue(u"port"_s)});
    if (reader.isSet(u"help"_s))
        return ShowHelp {};
    if (reader.isSet(u"version"_s))
        return ShowVersion {};
    int port = 0;
    reader.readNumber(u"port"_s, 0, 65'535, port);
    if (!reader.problem().isEmpty())
        return UsageError {reader.problem()};
    return ServeArguments {static_cast<quint16>(port)};
}

} // namespace

Arguments parse(const QStringList &arguments)
{
    if (arguments.size() < 2)
        return UsageError {};
    const auto &command = arguments.at(1);
    // A command's own options follow it; the parser wants a program's name in front of them.
    if (command == "run"_L1)
        return parseRun(arguments.mid(1));
    if (command == "serve"_L1)
        return parseServe(arguments.mid(1));
    if (command == "--help"_L1 || command == "-h"_L1 || command == "help"_L1)
        return ShowHelp {};
    if (command == "--version"_L1)
        return ShowVersion {};
    return UsageError {u"\"%1\" is no command: there are run and serve."_s.arg(command)};
}

QStringList refreshAnswerNames()
{
    QStringList names;
    for (const auto &[name, answer] : refreshAnswers)
        names.append(name);
    return names;
}

std::optional<RefreshAnswer> refreshAnswerFrom(const QString &name)
{
    const auto *const found = std::find_if(refreshAnswers.begin(), refreshAnswers.end(),
        [&name](const auto &entry) { return entry.first == name; });
    if (found == refreshAnswers.end())
        return {};
    return found->second;
}

} // namespace app::cli
