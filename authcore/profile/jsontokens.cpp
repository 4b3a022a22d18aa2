#include "authcore/profile/jsontokens.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

#include <algorithm>

namespace authcore {

namespace {

constexpr QByteArrayView mark = "\xef\xbb\xbf"; // U+FEFF in UTF-8

JsonToken::Kind kindOf(char first)
{
    switch (first) {
    case '{':
        return JsonToken::Kind::ObjectBegin;
    case '[':
        return JsonToken::Kind::ArrayBegin;
    case '}':
    case ']':
        return JsonToken::Kind::End;
    case '"':
        return JsonToken::Kind::String;
    default:
        return JsonToken::Kind::Scalar;
    }
}

} // namespace

QByteArray withEscapedMarks(const QByteArray &json)
{
    const qsizetype begin = JsonTokens::firstByte(json);
    return json.left(begin) + json.mid(begin).replace(mark, "\\ufeff");
}

JsonTokens::JsonTokens(const QByteArray &text)
    : m_text(text)
    , m_at(firstByte(text))
{
}

qsizetype JsonTokens::firstByte(const QByteArray &text)
{
    return text.startsWith(mark) ? mark.size() : 0;
}

JsonToken JsonTokens::next()
{
    while (m_at < m_text.size() && QByteArrayView(" \t\r\n,:").contains(m_text.at(m_at)))
        ++m_at;
    if (m_at >= m_text.size())
        return {JsonToken::Kind::Nothing, m_at, m_at};
    const auto begin = m_at;
    const auto kind = kindOf(m_text.at(begin));
    if (kind == JsonToken::Kind::String)
        skipString();
    else if (kind == JsonToken::Kind::Scalar)
        skipScalar();
    else
        ++m_at;
    return {kind, begin, m_at};
}

qsizetype JsonTokens::skip(const JsonToken &first)
{
    auto depth = first.isBegin() ? 1 : 0;
    while (depth > 0) {
        const auto token = next();
        if (token.kind == JsonToken::Kind::Nothing)
            break;
        if (token.isBegin())
            ++depth;
        else if (token.isEnd())
            --depth;
    }
    return m_at;
}

QString JsonTokens::textOf(const JsonToken &string) const
{
    const auto quoted = m_text.mid(string.begin, string.end - string.begin);
    if (!quoted.contains('\\') && !quoted.contains(mark))
        return QString::fromUtf8(quoted.mid(1, quoted.size() - 2));
    return QJsonDocument::fromJson('[' + withEscapedMarks(quoted) + ']').array().at(0).toString();
}

void JsonTokens::skipString()
{
    for (++m_at; m_at < m_text.size() && m_text.at(m_at) != '"'; ++m_at) {
        if (m_text.at(m_at) == '\\')
            ++m_at;
    }
    m_at = std::min(m_at + 1, m_text.size());
}

void JsonTokens::skipScalar()
{
    while (m_at < m_text.size() && !QByteArrayView(" \t\r\n,:{}[]\"").contains(m_text.at(m_at)))
        ++m_at;
}

} // namespace authcore
