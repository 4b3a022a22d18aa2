#include "authcore/lab/connect/curlcommand.h"

#include "authcore/lab/connect/shellwords.h"
#include "authcore/profile/urlrules.h"

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace authcore::lab {

namespace {

enum class Option {
    Method,
    Header,
    Data, //!< a leading '@' names a file
    RawData,
    EncodedData,
    Json,
    Form,
    Cookie,
    User,
    Bearer,
    UserAgent,
    Referer,
    Url,
    Get,
    Head,
    Flag, //!< says nothing about the request
    Ignored, //!< likewise, with a value
    Noted, //!< a flag that a profile cannot say
    NotedValue, //!< likewise, with a value
};

struct Known
{
    QLatin1StringView name; //!< without the hyphens
    QLatin1StringView letter; //!< empty: there is none
    Option option = Option::Flag;
};

constexpr std::array knownOptions {
    Known {"request"_L1, "X"_L1, Option::Method},
    Known {"header"_L1, "H"_L1, Option::Header},
    Known {"data"_L1, "d"_L1, Option::Data},
    Known {"data-ascii"_L1, {}, Option::Data},
    Known {"data-binary"_L1, {}, Option::Data},
    Known {"data-raw"_L1, {}, Option::RawData},
    Known {"data-urlencode"_L1, {}, Option::EncodedData},
    Known {"json"_L1, {}, Option::Json},
    Known {"form"_L1, "F"_L1, Option::Form},
    Known {"form-string"_L1, {}, Option::Form},
    Known {"cookie"_L1, "b"_L1, Option::Cookie},
    Known {"user"_L1, "u"_L1, Option::User},
    Known {"oauth2-bearer"_L1, {}, Option::Bearer},
    Known {"user-agent"_L1, "A"_L1, Option::UserAgent},
    Known {"referer"_L1, "e"_L1, Option::Referer},
    Known {"url"_L1, {}, Option::Url},
    Known {"get"_L1, "G"_L1, Option::Get},
    Known {"head"_L1, "I"_L1, Option::Head},
    Known {"compressed"_L1, {}, Option::Flag},
    Known {"silent"_L1, "s"_L1, Option::Flag},
    Known {"show-error"_L1, "S"_L1, Option::Flag},
    Known {"include"_L1, "i"_L1, Option::Flag},
    Known {"verbose"_L1, "v"_L1, Option::Flag},
    Known {"fail"_L1, "f"_L1, Option::Flag},
    Known {"globoff"_L1, "g"_L1, Option::Flag},
    Known {"no-buffer"_L1, "N"_L1, Option::Flag},
    Known {"location"_L1, "L"_L1, Option::Flag},
    Known {"http1.1"_L1, {}, Option::Flag},
    Known {"http2"_L1, {}, Option::Flag},
    Known {"basic"_L1, {}, Option::Flag},
    Known {"output"_L1, "o"_L1, Option::Ignored},
    Known {"max-time"_L1, "m"_L1, Option::Ignored},
    Known {"connect-timeout"_L1, {}, Option::Ignored},
    Known {"cookie-jar"_L1, "c"_L1, Option::Ignored},
    Known {"write-out"_L1, "w"_L1, Option::Ignored},
    Known {"insecure"_L1, "k"_L1, Option::Noted},
    Known {"proxy"_L1, "x"_L1, Option::NotedValue},
    Known {"cacert"_L1, {}, Option::NotedValue},
    Known {"cert"_L1, "E"_L1, Option::NotedValue},
    Known {"key"_L1, {}, Option::NotedValue},
    Known {"resolve"_L1, {}, Option::NotedValue},
};

bool hasValue(Option option)
{
    return option != Option::Get && option != Option::Head && option != Option::Flag
        && option != Option::Noted;
}

const Known *findOption(const QString &name, QLatin1StringView Known::*what)
{
    const auto *const found = std::find_if(knownOptions.begin(), knownOptions.end(),
        [&](const Known &known) { return !(known.*what).isEmpty() && known.*what == name; });
    return found == knownOptions.end() ? nullptr : found;
}

//! Reads the words after "curl".
class Reader
{
public:
    explicit Reader(QStringList words)
        : m_words(std::move(words))
    {
    }

    [[nodiscard]] std::variant<CurlCommand, CurlProblem> command()
    {
        for (m_next = 0; m_next < m_words.size() && m_problem.isEmpty();)
            readWord(m_words.at(m_next++));
        finish();
        if (!m_problem.isEmpty())
            return CurlProblem {m_problem};
        return m_command;
    }

private:
    void fail(const QString &problem)
    {
        if (m_problem.isEmpty())
            m_problem = problem;
    }

    void readWord(const QString &word)
    {
        if (word.startsWith("--"_L1))
            readLong(word.mid(2));
        else if (word.startsWith(u'-') && word.size() > 1)
            readLetters(word.mid(1));
        else
            take(Option::Url, word);
    }

    void readLong(const QString &name)
    {
        const auto *const known = findOption(name, &Known::name);
        if (!known)
            return failUnknown(u"--"_s % name.section(u'=', 0, 0));
        take(*known, hasValue(known->option) ? nextWord(u"--"_s % name) : QString());
    }

    //! "-s", "-sX POST", "-XPOST"
    void readLetters(const QString &letters)
    {
        for (qsizetype i = 0; i < letters.size() && m_problem.isEmpty(); ++i) {
            const QString letter = letters.mid(i, 1);
            const auto *const known = findOption(letter, &Known::letter);
            if (!known)
                return failUnknown(u'-' % letter);
            if (!hasValue(known->option)) {
                take(*known, {});
                continue;
            }
            const auto rest = letters.mid(i + 1);
            return take(*known, rest.isEmpty() ? nextWord(u'-' % letter) : rest);
        }
    }

    void failUnknown(const QString &option)
    {
        fail(u"%1 is an option of curl that is not known here; take it out of the command"_s.arg(
            option.left(40)));
    }

    [[nodiscard]] QString nextWord(const QString &option)
    {
        if (m_next < m_words.size())
            return m_words.at(m_next++);
        fail(u"%1 has no value"_s.arg(option));
        return {};
    }

    void take(const Known &known, const QString &value)
    {
        if (known.option == Option::Noted || known.option == Option::NotedValue)
            m_command.notes.append(u"--%1 is not part of a profile"_s.arg(known.name));
        else
            take(known.option, value);
    }

    void take(Option option, const QString &value)
    {
        switch (option) {
        case Option::Method:
            m_command.method = value.toUpper().toLatin1();
            break;
        case Option::Header:
            addHeader(value.section(u':', 0, 0), value.section(u':', 1));
            break;
        case Option::Data:
            if (value.startsWith(u'@'))
                fail(u"the body is in a file; put its text in place of the file's name, after "
                     "--data-raw"_s);
            addData(value);
            break;
        case Option::RawData:
            addData(value);
            break;
        case Option::EncodedData:
            addData(encoded(value));
            break;
        case Option::Json:
            addData(value);
            addHeader(u"Content-Type"_s, u"application/json"_s);
            break;
        case Option::Form:
            m_command.fields.append({value.section(u'=', 0, 0), value.section(u'=', 1)});
            break;
        case Option::Cookie:
            addCookies(value);
            break;
        case Option::User:
            m_command.userName = value.section(u':', 0, 0);
            break;
        case Option::Bearer:
            addHeader(u"Authorization"_s, u"Bearer "_s % value);
            break;
        case Option::UserAgent:
            addHeader(u"User-Agent"_s, value);
            break;
        case Option::Referer:
            addHeader(u"Referer"_s, value);
            break;
        case Option::Url:
            takeUrl(value);
            break;
        case Option::Get:
            m_command.method = "GET";
            break;
        case Option::Head:
            m_command.method = "HEAD";
            break;
        case Option::Flag:
        case Option::Ignored:
        case Option::Noted:
        case Option::NotedValue:
            break;
        }
    }

    void takeUrl(const QString &text)
    {
        if (!m_command.url.isEmpty())
            return fail(u"there are two addresses; copy one request only"_s);
        m_command.url =
            QUrl(text.contains("://"_L1) ? text : u"http://"_s % text, QUrl::StrictMode);
        if (!m_command.url.isValid() || !isHttp(m_command.url) || m_command.url.host().isEmpty())
            fail(u"its address is no http or https URL"_s);
    }

    void addHeader(const QString &name, const QString &value)
    {
        if (name.compare("Cookie"_L1, Qt::CaseInsensitive) == 0)
            addCookies(value);
        else if (!name.trimmed().isEmpty())
            m_command.headers.append({name.trimmed(), value.trimmed()});
    }

    void addCookies(const QString &cookies)
    {
        const auto pairs = cookies.split(u';', Qt::SkipEmptyParts);
        for (const QString &pair : pairs) {
            if (pair.contains(u'='))
                m_command.cookies.append(pair.section(u'=', 0, 0).trimmed());
        }
    }

    void addData(const QString &data)
    {
        m_command.body = m_command.body ? *m_command.body % u'&' % data : data;
    }

    //! "name=value" or "value", with the value encoded.
    [[nodiscard]] static QString encoded(const QString &data)
    {
        const auto equals = data.indexOf(u'=');
        return data.left(equals + 1)
            + QString::fromLatin1(QUrl::toPercentEncoding(data.mid(equals + 1)));
    }

    void finish()
    {
        if (m_command.url.isEmpty())
            fail(u"it has no address"_s);
        const bool hasBody = m_command.body || !m_command.fields.isEmpty();
        if (m_command.method.isEmpty())
            m_command.method = hasBody ? "POST" : "GET";
    }

    QStringList m_words;
    qsizetype m_next = 0;
    CurlCommand m_command;
    QString m_problem;
};

} // namespace

QString CurlCommand::header(QLatin1StringView name) const
{
    const auto found = std::find_if(headers.cbegin(), headers.cend(), [name](const auto &header) {
        return header.first.compare(name, Qt::CaseInsensitive) == 0;
    });
    return found == headers.cend() ? QString() : found->second;
}

std::variant<CurlCommand, CurlProblem> CurlCommand::parse(const QString &text)
{
    if (text.size() > longest)
        return CurlProblem {u"it is longer than %1 characters"_s.arg(longest)};
    const auto trimmed = text.trimmed();
    auto words = isCmdForm(trimmed) ? cmdWords(trimmed) : shellWords(trimmed);
    if (!words)
        return CurlProblem {u"a quote is not closed; copy the whole command"_s};
    if (words->value(0) == "$"_L1) // copied with the prompt
        words->removeFirst();
    const auto program = words->isEmpty() ? QString() : words->takeFirst();
    if (program != "curl"_L1 && program != "curl.exe"_L1)
        return CurlProblem {u"it does not begin with \"curl\"; in the network panel of the browser "
                            "choose Copy, then Copy as cURL"_s};
    return Reader(*words).command();
}

} // namespace authcore::lab
