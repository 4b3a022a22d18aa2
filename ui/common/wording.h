#pragma once

#include "authcore/exchange/tokenerror.h"
#include "authcore/profile/backendprofile.h"
#include "authcore/session/traceevent.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QString>

#include <chrono>
#include <optional>

namespace ui {

//! The words and glyphs that several pages share. Pure functions.
struct Wording
{
    Q_DECLARE_TR_FUNCTIONS(ui::Wording)

public:
    //! Why a session ended: a sentence for the login dialog.
    [[nodiscard]] static QString endOfSession(authcore::EndReason reason);
    //! Why a sign-in failed: a sentence.
    [[nodiscard]] static QString signInProblem(
        const authcore::TokenError &error, authcore::SignInMethod method);
    //! The name of a choice.
    [[nodiscard]] static QString signInMethod(authcore::SignInMethod method);
    //! What a person should know before typing a password into a client (RFC 9700 section 2.4).
    [[nodiscard]] static QString passwordGrantRemark();
    //! Why a refresh failed although the session is kept: a sentence.
    [[nodiscard]] static QString refreshProblem(const authcore::TokenError &error);
    //! `sentence`, and on a line of its own what the refresh came to and what was decided.
    [[nodiscard]] static QString withStory(
        const QString &sentence, const authcore::RefreshStory &story);
    //! Each try of a refresh on a line of its own, and what was decided.
    [[nodiscard]] static QString details(const authcore::RefreshStory &story);
    //! Why the server has not been told of a sign-out: a sentence.
    [[nodiscard]] static QString revocationProblem(const authcore::TokenError &error);
    //! "rejected", "timed out", ...: a word or two for a table.
    [[nodiscard]] static QString shortProblem(authcore::TokenError::Code code);
    [[nodiscard]] static QString shortProblem(QNetworkReply::NetworkError error);
    //! The status, if there is one, else a word or two for the error.
    [[nodiscard]] static QString answer(
        std::optional<int> status, QNetworkReply::NetworkError error);
    //! A good answer gets the good glyph.
    [[nodiscard]] static bool isGood(std::optional<int> status, QNetworkReply::NetworkError error);

    //! Three significant digits: "214 ms", "1.25 s".
    [[nodiscard]] static QString duration(std::chrono::nanoseconds time);
    //! The rest of a lifetime, never negative: "14:59", "2:05:00", "6 d".
    [[nodiscard]] static QString countdown(std::chrono::seconds left);
    //! "A3"; "-" for generation 0.
    [[nodiscard]] static QString generation(authcore::Generation generation);

    [[nodiscard]] static QString withGlyph(const QString &glyph, const QString &text);
    [[nodiscard]] static QString goodGlyph() { return QStringLiteral("\u2713"); }
    [[nodiscard]] static QString badGlyph() { return QStringLiteral("\u2717"); }
    [[nodiscard]] static QString refreshGlyph() { return QStringLiteral("\u21bb"); }
    [[nodiscard]] static QString waitGlyph() { return QStringLiteral("\u2026"); }
    [[nodiscard]] static QString noteGlyph() { return QStringLiteral("\u2022"); }
};

} // namespace ui
