#include "authcore/protocol/jsontext.h"

#include "authcore/protocol/jsonreader.h"

#include <QtCore/QJsonDocument>

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

struct Token
{
    enum class Kind { ObjectBegin, ArrayBegin, End, String, Scalar, Nothing } kind = Kind::Nothing;
    qsizetype begin = 0;
    qsizetype end = 0;

    [[nodiscard]] bool isBegin() const
    {
        return kind == Kind::ObjectBegin || kind == Kind::ArrayBegin;
    }
    [[nodiscard]] bool isEnd() const { return kind == Kind::End || kind == Kind::Nothing; }
};

//! Takes a text apart. Commas and colons are passed by like spaces: that they are where they must
//! be has been seen to.
class Tokens
{
public:
    explicit Tokens(const QByteArray &text)
        : m_text(text)
    {
        if (text.startsWith("\xef\xbb\xbf"))
            m_at = 3; // a byte order mark
    }

    Token next()
    {
        while (m_at < m_text.size() && QByteArrayView(" \t\r\n,:").contains(m_text.at(m_at)))
            ++m_at;
        if (m_at >= m_text.size())
            return {Token::Kind::Nothing, m_at, m_at};
        const auto begin = m_at;
        const auto kind = kindOf(m_text.at(begin));
        if (kind == Token::Kind::String)
            skipString();
        else if (kind == Token::Kind::Scalar)
            skipScalar();
        else
            ++m_at;
        return {kind, begin, m_at};
    }

    //! The rest of a value whose first token this was.
    void skip(const Token &first)
    {
        auto depth = first.isBegin() ? 1 : 0;
        while (depth > 0) {
            const auto token = next();
            if (token.kind == Token::Kind::Nothing)
                return;
            if (token.isBegin())
                ++depth;
            else if (token.isEnd())
                --depth;
        }
    }

    [[nodiscard]] QString textOf(const Token &string) const
    {
        const auto quoted = m_text.mid(string.begin, string.end - string.begin);
        if (!quoted.contains('\\'))
            return QString::fromUtf8(quoted.mid(1, quoted.size() - 2));
        return QJsonDocument::fromJson('[' + quoted + ']').array().at(0).toString();
    }

private:
    [[nodiscard]] static Token::Kind kindOf(char first)
    {
        switch (first) {
        case '{':
            return Token::Kind::ObjectBegin;
        case '[':
            return Token::Kind::ArrayBegin;
        case '}':
        case ']':
            return Token::Kind::End;
        case '"':
            return Token::Kind::String;
        default:
            return Token::Kind::Scalar;
        }
    }
    void skipString()
    {
        for (++m_at; m_at < m_text.size() && m_text.at(m_at) != '"'; ++m_at) {
            if (m_text.at(m_at) == '\\')
                ++m_at;
        }
        m_at = std::min(m_at + 1, m_text.size());
    }
    void skipScalar()
    {
        while (m_at < m_text.size() && !QByteArrayView(" \t\r\n,:{}[]\"").contains(m_text.at(m_at)))
            ++m_at;
    }

    const QByteArray &m_text;
    qsizetype m_at = 0;
};

QString unescapedFromPointer(QStringView token)
{
    // In this order: "~01" is "~1" and not "/".
    return token.toString().replace("~1"_L1, "/"_L1).replace("~0"_L1, "~"_L1);
}

//! The object or array that duplicateKeys() is in.
struct Level
{
    bool isObject;
    std::set<QString> keys = {};
    QString key = {}; //!< the present member's
    qsizetype index = -1; //!< the present element's
    bool isKeyNext = true;

    [[nodiscard]] QString place() const
    {
        return u'/' + (isObject ? escapedForPointer(key) : QString::number(index));
    }
};

QString pointerTo(const std::vector<Level> &levels)
{
    QString pointer;
    for (const auto &level : levels)
        pointer += level.place();
    return pointer;
}

} // namespace

JsonText::JsonText(QByteArray text)
    : m_text(std::move(text))
{
}

TextPosition JsonText::find(const QString &pointer) const
{
    Tokens tokens(m_text);
    auto value = tokens.next();
    auto found = value.begin;
    const auto steps = QStringView(pointer).mid(1).split(u'/');
    for (const auto &step : steps) {
        if (pointer.isEmpty() || !value.isBegin())
            break;
        const bool isObject = value.kind == Token::Kind::ObjectBegin;
        const auto name = unescapedFromPointer(step);
        for (qsizetype index = 0;; ++index) {
            const auto begin = tokens.next();
            if (begin.isEnd())
                return at(found);
            value = isObject ? tokens.next() : begin;
            const auto key = isObject ? tokens.textOf(begin) : QString::number(index);
            if (key == name) {
                found = begin.begin;
                break;
            }
            tokens.skip(value);
        }
    }
    return at(found);
}

TextPosition JsonText::at(qsizetype offset) const
{
    const auto before = m_text.left(offset);
    const auto line = before.count('\n') + 1;
    const auto lineText = QString::fromUtf8(before.mid(before.lastIndexOf('\n') + 1));
    return {static_cast<int>(line), static_cast<int>(lineText.toUcs4().size()) + 1};
}

QList<ProfileError> JsonText::duplicateKeys() const
{
    QList<ProfileError> errors;
    std::vector<Level> levels;
    Tokens tokens(m_text);
    for (auto token = tokens.next(); token.kind != Token::Kind::Nothing; token = tokens.next()) {
        if (token.isEnd()) {
            if (!levels.empty())
                levels.pop_back();
            continue;
        }
        if (!levels.empty()) {
            auto &level = levels.back();
            const bool isKey =
                level.isObject && level.isKeyNext && token.kind == Token::Kind::String;
            level.isKeyNext = !isKey;
            ++level.index;
            if (isKey) {
                level.key = tokens.textOf(token);
                if (!level.keys.insert(level.key).second)
                    errors.append({pointerTo(levels),
                        u"is there twice; keep the one that is meant"_s, at(token.begin)});
                continue;
            }
        }
        if (token.isBegin())
            levels.push_back({.isObject = token.kind == Token::Kind::ObjectBegin});
    }
    return errors;
}

} // namespace authcore
