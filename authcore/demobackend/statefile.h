#pragma once

#include "authcore/demobackend/refreshfamilies.h"

#include <QtCore/QByteArray>
#include <QtCore/QString>

#include <variant>
#include <vector>

namespace demobackend {

//! What the backend keeps across restarts.
struct SavedState
{
    QByteArray signingKey;
    int epoch = 0;
    quint16 port = 0; //!< 0: no port was used so far
    std::vector<SavedRefreshToken> refreshTokens;

    bool operator==(const SavedState &) const = default;
};

//! A file that only its owner can read (0600). Each write replaces the whole file.
//!
//! Errors:   texts for people, with the file's name and without any of its content.
class StateFile
{
public:
    explicit StateFile(QString path);

    [[nodiscard]] bool exists() const;
    [[nodiscard]] std::variant<SavedState, QString> read() const;
    //! An empty text: the file is written.
    [[nodiscard]] QString write(const SavedState &state) const;

private:
    QString m_path;
};

} // namespace demobackend
