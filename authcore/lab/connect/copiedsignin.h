#pragma once

#include "authcore/lab/connect/profiledraft.h"

#include <QtCore/QJsonObject>
#include <QtCore/QJsonValue>

namespace authcore::lab {

//! Begins the comments on what was guessed.
inline constexpr QByteArrayView guessMark = "A guess: ";

//! Makes a draft of a copied sign-in request and its answer: see ProfileDraft::fromCurl().
class CopiedSignIn
{
public:
    CopiedSignIn(const CurlCommand &command, const std::optional<CopiedAnswer> &answer);

    [[nodiscard]] std::variant<ProfileDraft, CurlProblem> draft();

private:
    void takePlace();
    void takeBody();
    [[nodiscard]] QJsonObject bodyFields();
    [[nodiscard]] QJsonObject withPlaceholders(const QJsonObject &fields);
    [[nodiscard]] QJsonValue placeholderFor(const QString &name, const QJsonValue &value);
    void takeHeaders();
    void takeClient(const QString &credentials);
    void takeAnswer();
    void guessRefresh();
    void leaveOut(const QString &what);

    const CurlCommand &m_command;
    const std::optional<CopiedAnswer> &m_answer;
    ProfileDraft m_draft;
    bool m_hasPassword = false;
    bool m_hasUserName = false;
    bool m_isBasic = false; //!< they are sent by HTTP Basic
};

} // namespace authcore::lab
