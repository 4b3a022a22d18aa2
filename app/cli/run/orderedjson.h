#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QString>

#include <optional>
#include <vector>

namespace app::cli {

//! Writes JSON on one line, keys in the order in which they come: QJsonObject sorts them.
//!
//!     OrderedJson json;
//!     json.beginObject().key("sent").value(3).end();
//!     json.text(); // {"sent":3}
class OrderedJson
{
public:
    OrderedJson &beginObject();
    OrderedJson &beginArray();
    OrderedJson &end(); //!< of the innermost object or array
    OrderedJson &key(const char *name); //!< ASCII, nothing in it to escape
    OrderedJson &value(const QString &text);
    OrderedJson &value(bool truth);
    OrderedJson &value(int number);
    OrderedJson &value(std::optional<int> number); //!< empty: null
    OrderedJson &valueWithOneDecimal(double number);

    [[nodiscard]] const QByteArray &text() const noexcept { return m_text; }

private:
    OrderedJson &put(const QByteArray &value);
    void separate();

    QByteArray m_text;
    std::vector<char> m_closers;
    bool m_needsComma = false;
};

} // namespace app::cli
