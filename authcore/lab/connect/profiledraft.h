#pragma once

#include "authcore/lab/connect/curlcommand.h"
#include "authcore/profile/backendprofile.h"

#include <QtCore/QByteArray>
#include <QtCore/QByteArrayList>
#include <QtCore/QString>
#include <QtCore/QStringList>

#include <map>
#include <optional>
#include <variant>

namespace authcore::lab {

//! The answer to a copied request: its body, and its headers where those were copied as well.
struct CopiedAnswer
{
    QByteArray body;
    QByteArrayList setCookies = {}; //!< the Set-Cookie headers

    //! Reads the body alone, or what "curl -i" prints.
    [[nodiscard]] static CopiedAnswer parse(const QByteArray &text);
};

//! A profile that is being made for a backend, and what a person should know of it.
//!
//! Pure; contains no secret: passwords and tokens of a copied request become placeholders, other
//! values that look secret are left out.
struct ProfileDraft
{
    BackendProfile profile;
    std::map<QString, QString> comments = {}; //!< pointers to texts, before the usual ones
    QStringList notes = {}; //!< for people: what was left out, and what is a guess

    //! Of a preset, or of any profile that is complete.
    [[nodiscard]] static ProfileDraft fromProfile(const BackendProfile &profile);
    //! Of an issuer whose metadata has filled in `profile` (see Discovery). The endpoints are left
    //! out, as they are found again at each start; sign-in methods without one go.
    [[nodiscard]] static ProfileDraft fromIssuer(BackendProfile profile);
    //! Of a sign-in request and its answer. What they do not show is guessed from what other
    //! backends do.
    [[nodiscard]] static std::variant<ProfileDraft, CurlProblem> fromCurl(
        const CurlCommand &command, const std::optional<CopiedAnswer> &answer);

    //! The profile as a file for people: JSON with comments, without keys that have their default.
    [[nodiscard]] QByteArray toText() const;
};

//! The text of a draft without the comments that call something a guess: it has proved right.
[[nodiscard]] QByteArray withoutGuesses(const QByteArray &text);

} // namespace authcore::lab
