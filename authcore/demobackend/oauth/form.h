#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QHash>
#include <QtCore/QList>
#include <QtCore/QString>

#include <optional>

namespace httpserver {
struct Request;
} // namespace httpserver

namespace demobackend {

//! The parameters of a query, or of a body that is application/x-www-form-urlencoded.
//!
//! A parameter without a value counts as missing (RFC 6749 section 3.1).
class Form
{
public:
    Form() = default;
    explicit Form(QByteArrayView encoded);

    [[nodiscard]] QByteArray bytes(const char *name) const; //!< decoded; empty: missing
    [[nodiscard]] QString text(const char *name) const;
    [[nodiscard]] bool has(const char *name) const { return !bytes(name).isEmpty(); }
    //! The names of repeated parameters, which RFC 6749 section 3.1 forbids.
    [[nodiscard]] QList<QByteArray> repeated() const { return m_repeated; }

private:
    QHash<QByteArray, QByteArray> m_values;
    QList<QByteArray> m_repeated;
};

//! One value, decoded: '+' is a space.
[[nodiscard]] QByteArray formDecoded(QByteArrayView encoded);
//! The form in the body of `request`. Empty: the request has another Content-Type.
[[nodiscard]] std::optional<Form> formIn(const httpserver::Request &request);

} // namespace demobackend
