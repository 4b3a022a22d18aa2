#pragma once

#include "authcore/demobackend/refreshfamilies.h"

#include <QtCore/QByteArray>
#include <QtCore/QString>

#include <variant>
#include <vector>

namespace demobackend {

//! What the backend knows after a restart.
struct SavedState
{
    QByteArray signingKey;
    int epoch = 0;
    quint16 port = 0; //!< 0: none was used yet
    std::vector<SavedRefreshToken> refreshTokens;

    bool operator==(const SavedState &) const = default;
};

//! A file that only its owner may read (0600), replaced as a whole whenever it is written.
//!
//! Errors: in words, with the file's name and without anything of what is in it.
class StateFile
{
public:
    explicit StateFile(QString path);

    [[nodiscard]] bool exists() const;
    [[nodiscard]] std::variant<SavedState, QString> read() const;
    //! Empty: it is written.
    [[nodiscard]] QString write(const SavedState &state) const;

private:
    QString m_path;
};

} // namespace demobackend
