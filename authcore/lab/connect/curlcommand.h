#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QList>
#include <QtCore/QString>
#include <QtCore/QStringList>
#include <QtCore/QUrl>

#include <optional>
#include <utility>
#include <variant>

namespace authcore::lab {

//! Why a text is no curl command that can be understood. For people; contains no value.
struct CurlProblem
{
    QString text;
};

//! A request as "Copy as cURL" of a browser writes it, for a shell or for cmd.exe.
//!
//! Secrets:  passwords, tokens and cookies are in it as they were sent. It is a step on the way to
//!           a ProfileDraft; nothing prints or keeps it.
struct CurlCommand
{
    using Pairs = QList<std::pair<QString, QString>>;

    static constexpr qsizetype longest = qsizetype {256} * 1024; //!< characters that are read

    QByteArray method; //!< "POST"
    QUrl url;
    Pairs headers; //!< names and values, in their order
    QStringList cookies; //!< the names of cookies that were sent
    std::optional<QString> userName; //!< of HTTP Basic; its password is dropped at once
    std::optional<QString> body; //!< of -d and its relatives, as sent
    Pairs fields; //!< of -F: a multipart form
    QStringList notes; //!< what the command says that a profile cannot, for people

    //! The value of a header; empty: there is none.
    [[nodiscard]] QString header(QLatin1StringView name) const;

    //! Reads a command. Pure. Options that are not known are a problem, as they might have a value.
    [[nodiscard]] static std::variant<CurlCommand, CurlProblem> parse(const QString &text);
};

} // namespace authcore::lab
