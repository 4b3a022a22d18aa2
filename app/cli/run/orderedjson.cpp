#include "app/cli/run/orderedjson.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

namespace app::cli {

OrderedJson &OrderedJson::beginObject()
{
    separate();
    m_text += '{';
    m_closers.push_back('}');
    m_needsComma = false;
    return *this;
}

OrderedJson &OrderedJson::beginArray()
{
    separate();
    m_text += '[';
    m_closers.push_back(']');
    m_needsComma = false;
    return *this;
}

OrderedJson &OrderedJson::end()
{
    m_text += m_closers.back();
    m_closers.pop_back();
    m_needsComma = true;
    return *this;
}

OrderedJson &OrderedJson::key(const char *name)
{
    separate();
    m_text += '"';
    m_text += name;
    m_text += "\":";
    m_needsComma = false;
    return *this;
}

OrderedJson &OrderedJson::value(const QString &text)
{
    // Qt knows how to escape; its brackets are not wanted.
    const auto array = QJsonDocument(QJsonArray {text}).toJson(QJsonDocument::Compact);
    return put(array.mid(1, array.size() - 2));
}

OrderedJson &OrderedJson::value(bool truth)
{
    return put(truth ? "true" : "false");
}

OrderedJson &OrderedJson::value(int number)
{
    return put(QByteArray::number(number));
}

OrderedJson &OrderedJson::value(std::optional<int> number)
{
    return put(number ? QByteArray::number(*number) : QByteArray("null"));
}

OrderedJson &OrderedJson::valueWithOneDecimal(double number)
{
    return put(QByteArray::number(number, 'f', 1));
}

OrderedJson &OrderedJson::put(const QByteArray &value)
{
    separate();
    m_text += value;
    m_needsComma = true;
    return *this;
}

void OrderedJson::separate()
{
    if (m_needsComma)
        m_text += ',';
}

} // namespace app::cli
