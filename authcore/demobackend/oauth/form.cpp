#include "authcore/demobackend/oauth/form.h"

#include "authcore/demobackend/exchange.h"

namespace demobackend {

QByteArray formDecoded(QByteArrayView encoded)
{
    return QByteArray::fromPercentEncoding(encoded.toByteArray().replace('+', ' '));
}

Form::Form(QByteArrayView encoded)
{
    while (!encoded.isEmpty()) {
        const auto end = encoded.indexOf('&');
        const auto field = end < 0 ? encoded : encoded.first(end);
        encoded = end < 0 ? QByteArrayView() : encoded.sliced(end + 1);
        const auto equals = field.indexOf('=');
        const auto name = formDecoded(equals < 0 ? field : field.first(equals));
        const auto value = equals < 0 ? QByteArray() : formDecoded(field.sliced(equals + 1));
        if (name.isEmpty() || value.isEmpty())
            continue;
        if (m_values.contains(name))
            m_repeated.append(name);
        m_values.insert(name, value);
    }
}

QByteArray Form::bytes(const char *name) const
{
    return m_values.value(name);
}

QString Form::text(const char *name) const
{
    return QString::fromUtf8(bytes(name));
}

std::optional<Form> formIn(const Request &request)
{
    const auto type = request.header("content-type").split(';').first().trimmed().toLower();
    if (type != "application/x-www-form-urlencoded")
        return {};
    return Form(request.body);
}

} // namespace demobackend
