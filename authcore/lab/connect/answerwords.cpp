#include "authcore/lab/connect/answerwords.h"

#include "authcore/lab/connect/answerleaves.h"

#include <QtCore/QDateTime>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace authcore::lab {

bool hasOneOf(const QStringList &words, std::initializer_list<QLatin1StringView> wanted)
{
    return std::any_of(wanted.begin(), wanted.end(),
        [&words](QLatin1StringView word) { return words.contains(word); });
}

QString serverWords(const QByteArray &body)
{
    constexpr qsizetype most = 300;
    const auto document = QJsonDocument::fromJson(body);
    if (document.isNull()) {
        const auto text = QString::fromUtf8(body.left(most * 4)).simplified();
        return text.startsWith(u'<') ? QString() : text.left(most);
    }
    const auto leaves = document.isArray() ? leavesOf({{u"errors"_s, document.array()}})
                                           : leavesOf(document.object());
    const auto wanted = [](const Leaf &leaf) {
        return leaf.value.isString() && !isTokenLike(leaf.text())
            && hasOneOf(leaf.words,
                {"error"_L1, "errors"_L1, "description"_L1, "message"_L1, "messages"_L1,
                    "detail"_L1, "details"_L1, "msg"_L1, "reason"_L1, "title"_L1});
    };
    QStringList words;
    for (const Leaf &leaf : leaves) {
        // Some servers name the field that is wrong as the key: {"email": ["is required"]}.
        const bool isOfAList = leaf.value.isString() && leaf.pointer.endsWith("/0"_L1);
        if (isOfAList && leaf.words.size() > 0 && !wanted(leaf))
            words.append(leaf.words.join(u' ') % u": "_s % leaf.text());
        else if (wanted(leaf))
            words.append(leaf.text());
    }
    words.removeDuplicates();
    return words.join(u"; "_s).left(most);
}

bool isTokenLike(const QString &text)
{
    constexpr qsizetype shortest = 16;
    constexpr qsizetype longest = 65'536;
    if (text.size() < shortest || text.size() > longest || text.contains("://"_L1))
        return false;
    const auto isTokenCharacter = [](QChar c) {
        return c.unicode() < 0x80 && (c.isLetterOrNumber() || u"-._~+/=|:%"_s.contains(c));
    };
    if (!std::all_of(text.cbegin(), text.cend(), isTokenCharacter))
        return false;
    const bool hasDigit =
        std::any_of(text.cbegin(), text.cend(), [](QChar c) { return c.isDigit(); });
    const bool hasLetter =
        std::any_of(text.cbegin(), text.cend(), [](QChar c) { return c.isLetter(); });
    return hasDigit && hasLetter && !QDateTime::fromString(text, Qt::ISODateWithMs).isValid();
}

QStringList wordsOf(const QString &name)
{
    QString spaced;
    for (qsizetype i = 0; i < name.size(); ++i) {
        const auto c = name.at(i);
        const bool isHump = c.isUpper() && i > 0 && name.at(i - 1).isLower();
        spaced += isHump ? u" "_s + c : QString(c.isLetter() ? c : u' ');
    }
    return spaced.toLower().split(u' ', Qt::SkipEmptyParts);
}

QString durationText(std::chrono::seconds duration)
{
    const auto text = [](std::int64_t count, QLatin1StringView unit) {
        return u"%1 %2%3"_s.arg(count).arg(unit, count == 1 ? u""_s : u"s"_s);
    };
    if (duration >= std::chrono::days(2))
        return text(std::chrono::floor<std::chrono::days>(duration).count(), "day"_L1);
    if (duration >= 2h)
        return text(std::chrono::floor<std::chrono::hours>(duration).count(), "hour"_L1);
    if (duration >= 2min)
        return text(std::chrono::floor<std::chrono::minutes>(duration).count(), "minute"_L1);
    return text(duration.count(), "second"_L1);
}

} // namespace authcore::lab
