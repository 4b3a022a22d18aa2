#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QString>

#include <memory>
#include <utility>
#include <vector>

namespace demobackend {

class PathScript;

//! An answer that replaces the path's own answer.
struct ScriptedReply
{
    int status = 200; //!< of the status line
    std::vector<std::pair<QByteArray, QByteArray>> headers = {}; //!< names and values
    QByteArray body = {}; //!< sent with its length
};

//! The script of one path. It is a handle: copies share the same script. Any path can have one; a
//! path that the backend does not serve answers 404 without a script. The backend remembers
//! arrivals at the first 1,000 paths without a script. A path with replies() checks no token; the
//! transcript still names the token of the request.
//!
//!     backend.on("/orders").hold();
//!     QTRY_COMPARE(backend.on("/orders").heldCount(), 2);
//!     backend.on("/orders").release();
class Script
{
public:
    explicit Script(std::shared_ptr<PathScript> path); //!< see DemoBackend::on()

    //! Holds requests that arrive from now on; their answers are decided after the release.
    Script hold();
    //! Decides the answer (and checks the token) when a request arrives, then holds the answer.
    Script holdAnswers();
    //! Releases all held requests and answers, and holds no further ones.
    Script release();
    Script release(int count); //!< releases the `count` requests or answers that were held first

    //! Queues an answer for one request. After the last queued answer the path answers as usual.
    Script replies(int status, const QByteArray &body = {});
    Script replies(ScriptedReply reply); //!< likewise, with headers
    //! Queues `times` closed connections: each closes before the status line.
    Script drops(int times = 1);
    //! Answers every request after the queued ones, until clear().
    Script always(ScriptedReply reply);
    //! Removes all scripted answers and releases all held requests and answers.
    Script clear();

    [[nodiscard]] int heldCount() const; //!< requests and answers that are held now
    [[nodiscard]] int arrivedCount() const; //!< requests to this path so far
    //! A header of arrival number `index` (0 is the first); empty: it had none.
    [[nodiscard]] QByteArray arrivedHeader(int index, const QByteArray &name) const;
    [[nodiscard]] QByteArray arrivedBody(int index) const; //!< of arrival number `index`

private:
    std::shared_ptr<PathScript> m_path;
};

} // namespace demobackend
