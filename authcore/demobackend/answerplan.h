#pragma once

namespace demobackend {

//! The answer to the next few requests; later requests get Ok.
template <typename Answer>
class AnswerPlan
{
public:
    void set(Answer answer, int times)
    {
        m_answer = answer;
        m_times = times;
    }
    [[nodiscard]] Answer next() const { return m_times > 0 ? m_answer : Answer::Ok; }
    [[nodiscard]] Answer take() { return m_times-- > 0 ? m_answer : (m_times = 0, Answer::Ok); }

private:
    Answer m_answer = Answer::Ok;
    int m_times = 0;
};

} // namespace demobackend
