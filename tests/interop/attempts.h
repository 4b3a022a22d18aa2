#pragma once

#include "authcore/session/authsession.h"
#include "authcore/signin/browsersignin.h"
#include "authcore/signin/devicesignin.h"
#include "authcore/testing/manualclock.h"
#include "tests/interop/browser.h"

#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

namespace test {

//! A sign-in and its end.
template <typename SignIn>
struct Attempt
{
    explicit Attempt(authcore::AuthSession &session)
        : signIn(session)
    {
    }
    [[nodiscard]] bool isOver() const
    {
        return succeeded.size() + failed.size() + cancelled.size() > 0;
    }
    [[nodiscard]] authcore::TokenError error() const
    {
        return failed.isEmpty() ? authcore::TokenError {}
                                : failed[0][0].template value<authcore::TokenError>();
    }

    SignIn signIn;
    QSignalSpy succeeded {&signIn, &SignIn::succeeded};
    QSignalSpy failed {&signIn, &SignIn::failed};
    QSignalSpy cancelled {&signIn, &SignIn::cancelled};
    QSignalSpy refreshTokenMissing {&signIn, &SignIn::refreshTokenMissing};
};

//! A sign-in by a browser; the person's answer is `answer`.
struct BrowserAttempt : Attempt<authcore::BrowserSignIn>
{
    explicit BrowserAttempt(
        authcore::AuthSession &session, Browser::Answer answer = Browser::Answer::Agrees)
        : Attempt(session)
        , browser(QStringLiteral("anna"), answer)
    {
        QObject::connect(
            &signIn, &authcore::BrowserSignIn::browserNeeded, &browser, &Browser::open);
    }
    //! Whether the sign-in has ended and the browser has reached its last page.
    [[nodiscard]] bool run()
    {
        signIn.signIn();
        return test::waitFor([this] { return isOver() && browser.isIdle(); });
    }

    Browser browser;
};

struct DeviceAttempt : Attempt<authcore::DeviceSignIn>
{
    using Attempt::Attempt;

    //! Whether the sign-in has a code to show.
    [[nodiscard]] bool run()
    {
        signIn.signIn();
        return test::waitFor([this] { return isOver() || codes.size() == 1; }) && codes.size() == 1;
    }
    //! Advances the clock to the next poll. False: that is not the shortest interval of RFC 8628.
    [[nodiscard]] static bool poll(authcore::testing::ManualClock &clock)
    {
        const bool isArmed =
            test::waitFor([&] { return clock.nextTimer() == std::chrono::seconds(5); });
        clock.advance(std::chrono::seconds(5));
        return isArmed;
    }
    [[nodiscard]] QString userCode() const { return codes[0][0].toString(); }
    [[nodiscard]] QUrl page() const { return codes[0][1].toUrl(); }
    [[nodiscard]] QUrl pageWithCode() const { return codes[0][2].toUrl(); }

    QSignalSpy codes {&signIn, &authcore::DeviceSignIn::userCodeReady};
};

} // namespace test
