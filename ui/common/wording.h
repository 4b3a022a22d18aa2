#pragma once

#include "authcore/exchange/tokenerror.h"
#include "authcore/profile/backendprofile.h"
#include "authcore/session/traceevent.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QString>

#include <chrono>
#include <optional>

namespace ui {

//! How the window says things: one place for the words and glyphs that pages share. Pure functions.
struct Wording
{
    Q_DECLARE_TR_FUNCTIONS(ui::Wording)

public:
    //! Why a session ended, as a sentence for the login dialog.
    [[nodiscard]] static QString endOfSession(authcore::EndReason reason);
    //! Why a sign-in gave no session, as a sentence.
    [[nodiscard]] static QString signInProblem(
        const authcore::TokenError &error, authcore::SignInMethod method);
    [[nodiscard]] static QString signInMethod(authcore::SignInMethod method); //!< for a choice
    //! What to know before typing a password into a client (RFC 9700 section 2.4).
    [[nodiscard]] static QString passwordGrantRemark();
    //! Why a refresh failed although the session is kept, as a sentence.
    [[nodiscard]] static QString refreshProblem(const authcore::TokenError &error);
    //! Why the server does not know of a sign-out, as a sentence.
    [[nodiscard]] static QString revocationProblem(const authcore::TokenError &error);
    //! "rejected", "timed out", ...: a word or two for a table.
    [[nodiscard]] static QString shortProblem(authcore::TokenError::Code code);
    [[nodiscard]] static QString shortProblem(QNetworkReply::NetworkError error);
    //! What came back: the status where there is one, else a word or two.
    [[nodiscard]] static QString answer(
        std::optional<int> status, QNetworkReply::NetworkError error);
    //! Does the answer get the good glyph?
    [[nodiscard]] static bool isGood(std::optional<int> status, QNetworkReply::NetworkError error);

    //! "214 ms", "1.25 s": three significant digits.
    [[nodiscard]] static QString duration(std::chrono::nanoseconds time);
    //! What is left of a lifetime: "14:59", "2:05:00", "6 d"; never negative.
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
