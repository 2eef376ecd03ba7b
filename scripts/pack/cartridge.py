"""The course as a Common Cartridge 1.3 (1EdTech): a module for each part of the site, a web link for each lesson, its quizzes as QTI 1.2.

Links are the short addresses, so an imported course survives moves within the site.
"""

from pathlib import Path

from lxml.builder import ElementMaker

from scripts.lessons import Lesson, Quiz
from scripts.pack import archive, xml

CP, LOM, WL, QTI, XSI = ("http://www.imsglobal.org/xsd/imsccv1p3/imscp_v1p1", "http://ltsc.ieee.org/xsd/imsccv1p3/LOM/manifest",
                         "http://www.imsglobal.org/xsd/imsccv1p3/imswl_v1p3", "http://www.imsglobal.org/xsd/ims_qtiasiv1p2", "http://www.w3.org/2001/XMLSchema-instance")
PROFILE = "http://www.imsglobal.org/profile/cc/ccv1p3"
PLACES = {
    CP: f"{CP} {PROFILE}/ccv1p3_imscp_v1p2_v1p0.xsd {LOM} {PROFILE}/LOM/ccv1p3_lommanifest_v1p0.xsd",
    WL: f"{WL} {PROFILE}/ccv1p3_imswl_v1p3.xsd",
    QTI: f"{QTI} {PROFILE}/ccv1p3_qtiasiv1p2p1_v1p0.xsd",
}
TITLE = "How machine learning and generative AI relate"


def maker(namespace: str, **more) -> ElementMaker:
    return ElementMaker(namespace=namespace, nsmap={None: namespace, "xsi": XSI, **more})


def placed(element, namespace: str):
    """The root of a document with the place of its schema."""
    element.set(f"{{{XSI}}}schemaLocation", PLACES[namespace])
    return element


def write(path: Path, taught: list[Lesson], start: str) -> None:
    """Write the cartridge."""
    e, files = maker(CP, lom=LOM), {}
    course, resources = e.item(identifier="course"), e.resources()
    for number, part in enumerate(dict.fromkeys(lesson.part for lesson in taught), 1):
        module = e.item(e.title(part), identifier=f"module-{number}")
        course.append(module)
        for lesson in (one for one in taught if one.part == part):
            name = "home" if lesson.page == "index" else lesson.page
            files[f"links/{name}.xml"] = xml(web_link(lesson.title, f"{start}go/{name}/"))
            add(e, module, resources, f"link-{name}", lesson.title, "imswl_xmlv1p3", f"links/{name}.xml")
            if lesson.quizzes:
                files[f"quizzes/{name}.xml"] = xml(assessment(name, f"Check yourself: {lesson.title}", lesson.quizzes))
                add(e, module, resources, f"quiz-{name}", f"Check yourself: {lesson.title}", "imsqti_xmlv1p2/imscc_xmlv1p3/assessment", f"quizzes/{name}.xml")
    lom = ElementMaker(namespace=LOM, nsmap={"lom": LOM})
    about = lom.lom(lom.general(lom.title(lom.string(TITLE, language="en-GB"))), lom.rights(
        lom.copyrightAndOtherRestrictions(lom.value("yes")), lom.description(lom.string("CC BY 4.0, https://creativecommons.org/licenses/by/4.0/", language="en-GB"))))
    manifest = e.manifest(
        e.metadata(e.schema("IMS Common Cartridge"), e.schemaversion("1.3.0"), about),
        e.organizations(e.organization(course, identifier="organisation", structure="rooted-hierarchy")), resources, identifier="ml-and-generative-ai")
    archive.write(path, {"imsmanifest.xml": xml(placed(manifest, CP)), **files})


def add(e, module, resources, identifier: str, title: str, kind: str, file: str) -> None:
    """One thing of a module: its item and its resource."""
    module.append(e.item(e.title(title), identifier=f"item-{identifier}", identifierref=identifier))
    resources.append(e.resource(e.file(href=file), identifier=identifier, type=kind))


def web_link(title: str, address: str):
    e = maker(WL)
    return placed(e.webLink(e.title(title), e.url(href=address, target="_blank")), WL)


def assessment(name: str, title: str, quizzes: tuple[Quiz, ...]):
    """The quizzes of a lesson as one QTI assessment."""
    e = maker(QTI)
    told = metadata(e, cc_profile="cc.exam.v0p1", qmd_assessmenttype="Examination", qmd_scoretype="Percentage", cc_maxattempts="unlimited")
    return placed(e.questestinterop(e.assessment(told, e.section(*(item(e, quiz) for quiz in quizzes), ident=f"section-{name}"), ident=f"assessment-{name}", title=title)), QTI)


def metadata(e, **fields):
    return e.qtimetadata(*(e.qtimetadatafield(e.fieldlabel(name), e.fieldentry(value)) for name, value in fields.items()))


def item(e, quiz: Quiz):
    """One question. Feedback belongs to each option; the score is all or nothing."""
    several = len(quiz.accepted) > 1
    names = {option: f"{quiz.id}-{letter}" for option, letter in zip(quiz.options, "abcdefgh")}
    material = lambda words: e.material(e.mattext(words, texttype="text/plain"))  # noqa: E731
    labels = [e.response_label(material(option.text), ident=names[option]) for option in quiz.options]
    chosen = lambda option: e.varequal(names[option], respident="response")  # noqa: E731
    said = lambda option: e.displayfeedback(feedbacktype="Response", linkrefid=f"{names[option]}-why")  # noqa: E731
    all_of = [chosen(option) if option in quiz.accepted else getattr(e, "not")(chosen(option)) for option in quiz.options]
    right = getattr(e, "and")(*all_of) if several else chosen(quiz.accepted[0])
    # The right answer comes first and ends the evaluation: some importers take every condition before that for a right answer.
    score = e.respcondition(e.conditionvar(right), e.setvar("100", action="Set", varname="SCORE"), *map(said, quiz.accepted), **{"continue": "No"})
    others = quiz.options if several else [option for option in quiz.options if option not in quiz.accepted]
    told = [e.respcondition(e.conditionvar(chosen(option)), said(option), **{"continue": "Yes"}) for option in others]
    return e.item(
        e.itemmetadata(metadata(e, cc_profile="cc.multiple_response.v0p1" if several else "cc.multiple_choice.v0p1", qmd_computerscored="Yes")),
        e.presentation(material(quiz.question), e.response_lid(e.render_choice(*labels), ident="response", rcardinality="Multiple" if several else "Single")),
        e.resprocessing(e.outcomes(e.decvar(maxvalue="100", minvalue="0", varname="SCORE", vartype="Decimal")), score, *told),
        *(e.itemfeedback(e.material(e.mattext(option.why, texttype="text/plain")), ident=f"{names[option]}-why") for option in quiz.options),
        ident=quiz.id, title=quiz.question)


