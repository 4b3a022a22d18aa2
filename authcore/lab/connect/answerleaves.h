#pragma once

#include <QtCore/QDateTime>
#include <QtCore/QJsonObject>
#include <QtCore/QJsonValue>
#include <QtCore/QList>
#include <QtCore/QString>
#include <QtCore/QStringList>

namespace authcore::lab {

//! A string, a number or another value in a JSON document that contains nothing else.
struct Leaf
{
    QString pointer; //!< RFC 6901
    QStringList words; //!< of all names on the way, see wordsOf()
    QJsonValue value;

    [[nodiscard]] QString text() const { return value.toString(); }
    //! A number, or a string of digits as one; 0: neither.
    [[nodiscard]] double number() const;
    [[nodiscard]] QDateTime date() const; //!< ISO 8601; invalid: it is none
};

//! All leaves of an answer, in the order of QJsonObject: at most 1,000, and at most 20 levels deep.
[[nodiscard]] QList<Leaf> leavesOf(const QJsonObject &json);

} // namespace authcore::lab
