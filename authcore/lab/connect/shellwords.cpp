#include "authcore/lab/connect/shellwords.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace authcore::lab {

namespace {

//! Splits the text of a shell into words.
class ShellReader
{
public:
    explicit ShellReader(const QString &text)
        : m_text(text)
    {
    }

    [[nodiscard]] std::optional<QStringList> words()
    {
        while (m_at < m_text.size() && !m_isOver && m_isWhole)
            readOne();
        finishWord();
        return m_isWhole ? std::optional(m_words) : std::nullopt;
    }

private:
    [[nodiscard]] QChar here() const { return m_at < m_text.size() ? m_text.at(m_at) : QChar(); }
    [[nodiscard]] QChar next() const
    {
        return m_text.size() > m_at + 1 ? m_text.at(m_at + 1) : QChar();
    }

    void readOne()
    {
        const auto c = here();
        if (c == u'\\') {
            readBackslash();
        } else if (c == u'\'') {
            readSingleQuoted();
        } else if (c == u'"') {
            readDoubleQuoted();
        } else if (c == u'$' && next() == u'\'') {
            ++m_at;
            readAnsiQuoted();
        } else if (c == u'\n' || u"|;&<>"_s.contains(c)) {
            m_isOver = !m_words.isEmpty() || m_word.has_value(); // lines before the command
            ++m_at;
        } else if (c.isSpace()) {
            finishWord();
            ++m_at;
        } else {
            append(c);
            ++m_at;
        }
    }

    void readBackslash()
    {
        m_at += 2;
        const auto c = m_text.size() >= m_at ? m_text.at(m_at - 1) : QChar();
        if (c == u'\r' && here() == u'\n')
            ++m_at;
        else if (c != u'\n' && !c.isNull())
            append(c);
    }

    void readSingleQuoted()
    {
        const auto end = m_text.indexOf(u'\'', m_at + 1);
        m_isWhole = end >= 0;
        append(m_text.mid(m_at + 1, m_isWhole ? end - m_at - 1 : -1));
        m_at = end + 1;
    }

    void readDoubleQuoted()
    {
        append(QString());
        for (++m_at; m_at < m_text.size() && here() != u'"'; ++m_at) {
            if (here() == u'\\' && u"\\\"$`\n"_s.contains(next()) && !next().isNull()) {
                ++m_at;
                if (here() == u'\n')
                    continue;
            }
            append(here());
        }
        m_isWhole = m_at < m_text.size();
        ++m_at;
    }

    //! $'…' of bash: escapes as in C.
    void readAnsiQuoted()
    {
        append(QString());
        for (++m_at; m_at < m_text.size() && here() != u'\''; ++m_at) {
            if (here() == u'\\')
                readEscape();
            else
                append(here());
        }
        m_isWhole = m_at < m_text.size();
        ++m_at;
    }

    void readEscape()
    {
        ++m_at;
        const auto c = here();
        const auto known = u"nrtabfve0"_s.indexOf(c);
        if (c == u'x' || c == u'u' || c == u'U')
            readNumber(c == u'x' ? 2 : c == u'u' ? 4 : 8);
        else if (known >= 0 && !c.isNull())
            append(u"\n\r\t\a\b\f\v\x1b\0"_s.at(known));
        else
            append(c);
    }

    //! A character by its number in up to `most` hexadecimal digits.
    void readNumber(int most)
    {
        qsizetype digits = 0;
        while (digits < most && m_at + digits + 1 < m_text.size()
            && u"0123456789abcdefABCDEF"_s.contains(m_text.at(m_at + digits + 1)))
            ++digits;
        bool isNumber = false;
        const char32_t code = m_text.mid(m_at + 1, digits).toUInt(&isNumber, 16);
        if (isNumber && code <= QChar::LastValidCodePoint)
            append(QString::fromUcs4(&code, 1));
        m_at += digits;
    }

    void append(const QString &part) { m_word = m_word.value_or(QString()) + part; }
    void append(QChar c) { append(QString(c)); }
    void finishWord()
    {
        if (m_word)
            m_words.append(*m_word);
        m_word.reset();
    }

    const QString &m_text;
    qsizetype m_at = 0;
    QStringList m_words;
    std::optional<QString> m_word; //!< empty: between two words
    bool m_isWhole = true; //!< every quote was closed so far
    bool m_isOver = false; //!< the command has ended
};

//! What cmd.exe hands on: carets and the line ends behind them are gone.
QString withoutCarets(const QString &text)
{
    QString result;
    bool isQuoted = false; // there a caret is a caret
    for (qsizetype i = 0; i < text.size(); ++i) {
        const auto c = text.at(i);
        if (c == u'"')
            isQuoted = !isQuoted;
        if (c != u'^' || isQuoted) {
            result += c;
            continue;
        }
        ++i;
        if (text.mid(i, 2) == "\r\n"_L1)
            ++i;
        if (i >= text.size())
            break;
        if (text.at(i) != u'\n')
            result += text.at(i);
        else if (text.mid(i + 1, 1) == "\n"_L1) // a caret and two line ends: one in the value
            result += text.at(++i);
    }
    return result;
}

} // namespace

bool isCmdForm(const QString &text)
{
    return text.contains("^\n"_L1) || text.contains("^\r\n"_L1) || text.contains("^\""_L1)
        || text.startsWith("curl.exe"_L1);
}

std::optional<QStringList> shellWords(const QString &text)
{
    return ShellReader(text).words();
}

std::optional<QStringList> cmdWords(const QString &text)
{
    const auto line = withoutCarets(text);
    QStringList words;
    std::optional<QString> word;
    bool isQuoted = false;
    for (qsizetype i = 0; i < line.size(); ++i) {
        qsizetype slashes = 0;
        while (i + slashes < line.size() && line.at(i + slashes) == u'\\')
            ++slashes;
        const auto c = i + slashes < line.size() ? line.at(i + slashes) : QChar();
        if (slashes > 0) {
            // Before a quote two backslashes are one, and an odd one quotes the quote.
            const bool isBeforeQuote = c == u'"';
            word = word.value_or(QString()) + QString(isBeforeQuote ? slashes / 2 : slashes, u'\\');
            i += slashes - 1;
            if (isBeforeQuote && slashes % 2 == 1) {
                *word += u'"';
                ++i;
            }
        } else if (c == u'"' && isQuoted && line.mid(i + 1, 1) == "\""_L1) {
            *word += u'"';
            ++i;
        } else if (c == u'"') {
            isQuoted = !isQuoted;
            word = word.value_or(QString());
        } else if (c.isSpace() && !isQuoted) {
            if (word)
                words.append(*word);
            word.reset();
        } else {
            word = word.value_or(QString()) + c;
        }
    }
    if (word)
        words.append(*word);
    return isQuoted ? std::nullopt : std::optional(words);
}

} // namespace authcore::lab
