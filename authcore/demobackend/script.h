#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QString>

#include <memory>
#include <utility>
#include <vector>

namespace demobackend {

class PathScript;

//! A scripted answer, given as it stands instead of what the path would answer by itself.
struct ScriptedReply
{
    int status = 200;
    std::vector<std::pair<QByteArray, QByteArray>> headers = {};
    QByteArray body = {};
};

//! The script of one path. A handle; copies speak of the same path. Works on any path, also on
//! those that the backend does not know by itself, which answer 404 without a script. Arrivals at
//! paths that nobody has scripted are remembered for the first 1,000 of them. A path that
//! is scripted with replies() needs no token and checks none; the transcript names the token shown.
//!
//!     backend.on("/orders").hold();
//!     QTRY_COMPARE(backend.on("/orders").heldCount(), 2);
//!     backend.on("/orders").release();
class Script
{
public:
    explicit Script(std::shared_ptr<PathScript> path);

    //! Requests that arrive from now on are held before anything is decided about their answer.
    Script hold();
    //! Answers are worked out, token checked and all, when a request arrives; then the answer is
    //! held.
    Script holdAnswers();
    //! Lets go the `count` requests or answers held longest; without a count all, and holds no
    //! more.
    Script release();
    Script release(int count);

    //! Queues an answer for one request; further requests take the following ones, then the usual.
    Script replies(int status, const QByteArray &body = {});
    Script replies(ScriptedReply reply);
    //! Queues: the connection closes before the status line, `times` requests long.
    Script drops(int times = 1);
    //! Every request from now on, until clear(), is answered so.
    Script always(ScriptedReply reply);
    //! Queued and standing answers are forgotten, what is held is let go.
    Script clear();

    [[nodiscard]] int heldCount() const;
    [[nodiscard]] int arrivedCount() const; //!< requests seen on this path so far
    //! The request headers, lower-case names, and body of arrival number `index` (0 is the first).
    [[nodiscard]] QByteArray arrivedHeader(int index, const QByteArray &name) const;
    [[nodiscard]] QByteArray arrivedBody(int index) const;

private:
    std::shared_ptr<PathScript> m_path;
};

} // namespace demobackend
