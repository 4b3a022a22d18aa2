#pragma once

#include <QtCore/QString>
#include <QtCore/QStringList>

namespace demobackend {

//! A form in which a person signs in and allows a client what it asks for, or does not.
//!
//! Its fields: `transaction` or `user_code`, `username`, `password`, and the button `decision` with
//! `allow` or `deny`.
struct ConsentPage
{
    QString action; //!< the path that the form is sent to
    QString transaction; //!< hidden; empty: a device's `user_code` is asked for instead
    QString userCode; //!< filled in
    QString clientName; //!< empty: not known yet
    QStringList scopes;
    QString userName; //!< filled in
    QString problem; //!< what was wrong with the last try; empty: nothing
};

[[nodiscard]] QString toHtml(const ConsentPage &page);
//! A page that only says something.
[[nodiscard]] QString messageHtml(const QString &title, const QString &text);

} // namespace demobackend
