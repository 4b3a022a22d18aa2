#pragma once

#include "authcore/profile/profileerrors.h"

#include <QtCore/QByteArray>
#include <QtCore/QList>
#include <QtCore/QString>
#include <QtCore/QStringList>

namespace authcore {

//! Finds members and elements in a JSON text. In a text that QJsonDocument does not accept, it may
//! not find them, but it never reads beyond the text.
class JsonText
{
public:
    explicit JsonText(QByteArray text);

    //! Where the members (their keys) or the elements at `pointers` begin. For something that does
    //! not exist: where the innermost object or array begins that would contain it.
    [[nodiscard]] QList<TextPosition> find(const QStringList &pointers) const;
    //! The positions of byte offsets.
    [[nodiscard]] QList<TextPosition> at(const QList<qsizetype> &offsets) const;
    //! Repeated keys of an object: RFC 8259 section 4 does not say which one counts.
    void findDuplicateKeys(ProfileErrors &errors) const;

private:
    QByteArray m_text;
};

} // namespace authcore
