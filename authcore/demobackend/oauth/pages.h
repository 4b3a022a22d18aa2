#pragma once

#include <QtCore/QString>
#include <QtCore/QStringList>

namespace demobackend {

//! A form in which a person signs in and allows or denies the request of a client.
//!
//! Its fields are `transaction` or `user_code`, `username`, `password`, and the button `decision`
//! with `allow` or `deny`.
struct ConsentPage
{
    QString action; //!< the path that the form is sent to
    QString transaction; //!< hidden; empty: the form has the field `user_code` instead
    QString userCode; //!< shown in its field
    QString clientName; //!< empty: not known so far
    QStringList scopes;
    QString userName; //!< shown in its field
    QString problem; //!< the error of the last try; empty: none
};

[[nodiscard]] QString toHtml(const ConsentPage &page);
//! A page with a message and without a form.
[[nodiscard]] QString messageHtml(const QString &title, const QString &text);

} // namespace demobackend
