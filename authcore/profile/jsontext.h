#pragma once

#include "authcore/profile/profileerrors.h"

#include <QtCore/QByteArray>
#include <QtCore/QList>
#include <QtCore/QString>
#include <QtCore/QStringList>

namespace authcore {

//! Finds its way about a text that QJsonDocument has accepted; lost in any other, but never astray.
class JsonText
{
public:
    explicit JsonText(QByteArray text);

    //! Where the members (their keys) or the elements at `pointers` begin; of something that is not
    //! there, where the innermost thing begins that would hold it. One pass for all of them.
    [[nodiscard]] QList<TextPosition> find(const QStringList &pointers) const;
    [[nodiscard]] QList<TextPosition> at(const QList<qsizetype> &offsets) const; //!< of bytes
    //! Keys that their object has already: RFC 8259 section 4 leaves open which of them counts.
    void findDuplicateKeys(ProfileErrors &errors) const;

private:
    QByteArray m_text;
};

} // namespace authcore
