#include "authcore/demobackend/script.h"

#include "authcore/demobackend/pathscript.h"
#include "authcore/demobackend/replies.h"

#include <utility>

namespace demobackend {

namespace {

Reply replyFrom(ScriptedReply scripted)
{
    Reply reply;
    reply.status = scripted.status;
    reply.headers = std::move(scripted.headers);
    reply.body = std::move(scripted.body);
    return reply;
}

} // namespace

Script::Script(std::shared_ptr<PathScript> path)
    : m_path(std::move(path))
{
}

Script Script::hold()
{
    m_path->close(PathScript::Gate::Requests);
    return *this;
}

Script Script::holdAnswers()
{
    m_path->close(PathScript::Gate::Answers);
    return *this;
}

Script Script::release()
{
    m_path->open();
    return *this;
}

Script Script::release(int count)
{
    m_path->release(count);
    return *this;
}

Script Script::replies(int status, const QByteArray &body)
{
    return replies(ScriptedReply {status, {}, body});
}

Script Script::replies(ScriptedReply reply)
{
    m_path->queue(replyFrom(std::move(reply)), 1);
    return *this;
}

Script Script::drops(int times)
{
    m_path->queue(droppedReply(), times);
    return *this;
}

Script Script::always(ScriptedReply reply)
{
    m_path->standing(replyFrom(std::move(reply)));
    return *this;
}

Script Script::clear()
{
    m_path->clear();
    return *this;
}

int Script::heldCount() const
{
    return m_path->heldCount();
}

int Script::arrivedCount() const
{
    return m_path->arrivedCount();
}

QByteArray Script::arrivedHeader(int index, const QByteArray &name) const
{
    return m_path->arrived(index).header(name.toLower());
}

QByteArray Script::arrivedBody(int index) const
{
    return m_path->arrived(index).body;
}

} // namespace demobackend
