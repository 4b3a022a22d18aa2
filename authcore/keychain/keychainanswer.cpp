#include "authcore/keychain/keychainanswer.h"

#include "authcore/keychain/secretservice.h"

#include <qt6keychain/keychain.h>

#include <utility>

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

using Code = StoreError::Code;
using Outcome = KeychainAnswer::Outcome;
using secretservice::LockedEntry;
using secretservice::State;

StoreError unavailable(const QString &why)
{
    return {Code::Unavailable, why % u", or keep the tokens in a settings file"};
}

StoreError locked()
{
    return unavailable(u"The keychain is locked, or refuses access: unlock it"_s);
}

//! An entry counts as missing only after every place was searched.
KeychainAnswer lookedAt(const KeychainAnswer &answer, LockedEntry entry)
{
    switch (entry) {
    case LockedEntry::No:
        break;
    case LockedEntry::Yes:
        return {.trouble = locked()};
    case LockedEntry::Unknown:
        return {.trouble = unavailable(
                    u"The keychain does not say whether it is locked: try again later"_s)};
    }
    return answer;
}

template <typename Kind>
bool isOf(const QKeychain::Job &job)
{
    return qobject_cast<const Kind *>(&job) != nullptr;
}

//! The error of a QtKeychain job, copied because the job is deleted before its cause is known.
struct Failure
{
    QKeychain::Error error;
    QString text;
    enum class While { Reading, Writing } what;

    explicit Failure(const QKeychain::Job &job)
        : error(job.error())
        , text(job.errorString())
        , what(isOf<QKeychain::ReadPasswordJob>(job) ? While::Reading : While::Writing)
    {
    }
};

StoreError explained(const Failure &failure, State state)
{
    switch (state) {
    case State::NoBus:
        return unavailable(
            u"There is no D-Bus in this session, and so no Secret Service: start the "
            "program in a desktop session"_s);
    case State::NoService:
        return unavailable(
            u"There is no Secret Service on this session's D-Bus: start gnome-keyring "
            "or KeePassXC"_s);
    case State::Locked: // D-Bus calls time out after 25 s, but a person may still answer
        return locked();
    case State::Open:
    case State::Unknown:
        break;
    }
    switch (failure.error) {
    case QKeychain::AccessDenied:
    case QKeychain::AccessDeniedByUser:
        return locked();
    case QKeychain::NoBackendAvailable:
    case QKeychain::NotImplemented:
        return unavailable(u"There is no keychain here: "_s % failure.text);
    case QKeychain::NoError:
    case QKeychain::EntryNotFound:
    case QKeychain::CouldNotDeleteEntry:
    case QKeychain::OtherError:
        break;
    }
    if (failure.what == Failure::While::Reading)
        return {Code::Unreadable, u"Cannot read from the keychain: "_s % failure.text};
    return {Code::Unwritable, u"Cannot write to the keychain: "_s % failure.text};
}

KeychainAnswer answerOf(const QKeychain::Job &job)
{
    switch (job.error()) {
    case QKeychain::NoError:
        if (const auto *reading = qobject_cast<const QKeychain::ReadPasswordJob *>(&job))
            return {Outcome::Done, reading->binaryData()};
        return {Outcome::Done};
    case QKeychain::EntryNotFound: // from a job that writes: there is no keychain
        return {isOf<QKeychain::WritePasswordJob>(job) ? Outcome::Failed : Outcome::NotFound};
    case QKeychain::CouldNotDeleteEntry:
    case QKeychain::AccessDeniedByUser:
    case QKeychain::AccessDenied:
    case QKeychain::NoBackendAvailable:
    case QKeychain::NotImplemented:
    case QKeychain::OtherError:
        break;
    }
    return {Outcome::Failed};
}

} // namespace

void KeychainAnswer::of(
    const QKeychain::Job &job, QObject *context, std::function<void(const KeychainAnswer &)> then)
{
    const KeychainAnswer answer = answerOf(job);
    if (answer.outcome == Outcome::Failed) {
        secretservice::inspect(job.service(), job.key(), context,
            [then = std::move(then), failure = Failure(job)](
                State state) { then({.trouble = explained(failure, state)}); });
    } else if (answer.outcome == Outcome::NotFound || isOf<QKeychain::DeletePasswordJob>(job)) {
        secretservice::findLocked(job.service(), job.key(), context,
            [then = std::move(then), answer](LockedEntry entry) { then(lookedAt(answer, entry)); });
    } else {
        then(answer);
    }
}

} // namespace authcore
