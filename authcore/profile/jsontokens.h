#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QString>

namespace authcore {

//! `json` with each U+FEFF escaped, except for a byte order mark at the beginning. QJsonDocument
//! would otherwise drop a U+FEFF at the beginning of a string.
[[nodiscard]] QByteArray withEscapedMarks(const QByteArray &json);

//! A bracket, a string or another scalar of a JSON text.
struct JsonToken
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

//! Splits a JSON text into tokens. Commas and colons are skipped like spaces, because QJsonDocument
//! has checked them.
//!
//! Lifetime: the text outlives this.
class JsonTokens
{
public:
    explicit JsonTokens(const QByteArray &text);

    //! The position after a byte order mark, which RFC 8259 section 8.1 lets readers ignore.
    [[nodiscard]] static qsizetype firstByte(const QByteArray &text);

    JsonToken next();
    //! Skips the rest of a value whose first token was read, and returns the position behind it.
    qsizetype skip(const JsonToken &first);
    [[nodiscard]] QString textOf(const JsonToken &string) const;

private:
    void skipString();
    void skipScalar();

    const QByteArray &m_text;
    qsizetype m_at;
};

} // namespace authcore
