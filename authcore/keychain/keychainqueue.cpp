#include "authcore/keychain/keychainqueue.h"

#include "authcore/keychain/secretservice.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QThread>
#include <qt6keychain/keychain.h>

#include <algorithm>
#include <utility>
#include <vector>

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

using Code = StoreError::Code;
using Outcome = KeychainQueue::Outcome;
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

//! An entry that nobody has looked for everywhere is not missing.
KeychainQueue::Answer lookedAt(const KeychainQueue::Answer &answer, LockedEntry entry)
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

//! What QtKeychain says when it went wrong; the job itself is gone before we know what it means.
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
    case State::Locked:
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

KeychainQueue::Answer answerOf(const QKeychain::Job &job)
{
    switch (job.error()) {
    case QKeychain::NoError:
        if (const auto *reading = qobject_cast<const QKeychain::ReadPasswordJob *>(&job))
            return {Outcome::Done, reading->binaryData()};
        return {Outcome::Done};
    case QKeychain::EntryNotFound: // of a job that writes: there is nothing to write into
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

StoreError silent(std::chrono::milliseconds patience)
{
    const auto seconds = std::chrono::duration<double>(patience).count();
    return {Code::Unavailable,
        u"The keychain has not answered for "_s % QString::number(seconds)
            % u" s: is it running, or has it a dialog open that waits for you?"_s};
}

} // namespace

KeychainQueue::KeychainQueue(Clock &clock)
    : m_clock(clock)
{
}

void KeychainQueue::ask(std::unique_ptr<QKeychain::Job> job, Then then)
{
    if (QThread::currentThread() != QCoreApplication::instance()->thread()) {
        const auto why = u"The keychain can be asked on the application's main thread only"_s;
        then({.trouble = {Code::Unavailable, why}});
        return;
    }
    const auto number = Number(++m_lastNumber);
    m_requests.push_back({number, std::move(then)});
    if (m_givenUp > 0) { // it would only queue up behind that
        m_requests.back().isHeard = true;
        settle(number, {.trouble = silent(m_patience)});
        return;
    }
    job->setInsecureFallback(false);
    QKeychain::Job *started =
        job.release(); // a backend holds a bare pointer to it until it is done
    connect(started, &QKeychain::Job::finished, this,
        [this, number](const QKeychain::Job *done) { hear(number, *done); });
    started->start();
    if (!m_timer)
        waitForNext();
}

void KeychainQueue::hear(Number number, const QKeychain::Job &job)
{
    Request *request = find(number);
    if (request == nullptr || request->isHeard) {
        --m_givenUp;
        return;
    }
    request->isHeard = true;
    m_personWasAsked = false;
    waitForNext();

    const Answer answer = answerOf(job);
    if (answer.outcome == Outcome::Failed) {
        secretservice::inspect(this, [this, number, failure = Failure(job)](State state) {
            settle(number, {.trouble = explained(failure, state)});
        });
    } else if (answer.outcome == Outcome::NotFound || isOf<QKeychain::DeletePasswordJob>(job)) {
        secretservice::findLocked(job.service(), job.key(), this,
            [this, number, answer](LockedEntry entry) { settle(number, lookedAt(answer, entry)); });
    } else {
        settle(number, answer);
    }
}

void KeychainQueue::settle(Number number, const Answer &answer)
{
    Request *request = find(number);
    if (request == nullptr)
        return; // given up meanwhile
    request->answer = answer;
    while (!m_requests.empty() && m_requests.front().answer) {
        const Request first = std::move(m_requests.front());
        m_requests.pop_front();
        first.then(*first.answer);
    }
}

//! Each answer shows that the keychain is at work; the next one has the whole time again.
void KeychainQueue::waitForNext()
{
    const auto next = std::find_if(m_requests.cbegin(), m_requests.cend(),
        [](const Request &request) { return !request.isHeard; });
    if (next == m_requests.cend()) {
        m_timer.reset();
        return;
    }
    m_timer =
        m_clock.after(m_patience, [this, number = next->number] { lookWhatIsTheMatter(number); });
}

void KeychainQueue::lookWhatIsTheMatter(Number waited)
{
    secretservice::inspect(this, [this, waited](State state) {
        const Request *request = find(waited);
        if (request == nullptr || request->isHeard)
            return;
        if (state != State::Locked) {
            giveUp();
            return;
        }
        waitForNext(); // as long as it takes: a person has been asked
        if (!std::exchange(m_personWasAsked, true))
            Q_EMIT waitingForPerson();
    });
}

void KeychainQueue::giveUp()
{
    m_timer.reset();
    std::vector<Number> overdue;
    for (Request &request : m_requests) {
        if (!std::exchange(request.isHeard, true))
            overdue.push_back(request.number);
    }
    m_givenUp += static_cast<int>(overdue.size());
    for (const Number number : overdue)
        settle(number, {.trouble = silent(m_patience)});
}

KeychainQueue::Request *KeychainQueue::find(Number number)
{
    const auto found = std::find_if(m_requests.begin(), m_requests.end(),
        [number](const Request &request) { return request.number == number; });
    return found == m_requests.end() ? nullptr : &*found;
}

} // namespace authcore
