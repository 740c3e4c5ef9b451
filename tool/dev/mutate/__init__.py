# mutate - plants mistakes in a copy of a project and counts how many are found.
#
# tokens -> bodies -> places say where a mistake may stand, from the text alone;
# leaves and shapes say what it looks like; project holds the copy; findings
# reads cotidy's answer; trial plants and measures; main is the command.
# Nothing here may ask cotidy where to plant, or know a project by name.
