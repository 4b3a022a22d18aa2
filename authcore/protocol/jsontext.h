#pragma once

#include "authcore/protocol/backendprofile.h"

#include <QtCore/QByteArray>
#include <QtCore/QList>
#include <QtCore/QString>

namespace authcore {

//! Finds its way about a text that QJsonDocument has accepted; lost in any other, but never astray.
class JsonText
{
public:
    explicit JsonText(QByteArray text);

    //! Where the member (its key) or the element at `pointer` begins; of something that is not
    //! there, where the innermost thing begins that would hold it.
    [[nodiscard]] TextPosition find(const QString &pointer) const;
    [[nodiscard]] TextPosition at(qsizetype offset) const; //!< of a byte
    //! Keys that their object has already: RFC 8259 section 4 leaves open which of them counts.
    [[nodiscard]] QList<ProfileError> duplicateKeys() const;

private:
    QByteArray m_text;
};

} // namespace authcore
